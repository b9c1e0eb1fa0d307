import CKernels

/// Gives back the memory that holds code and constants of the program's files. They are loaded again when they are
/// needed. Call it at the end of a set-up, which runs through far more code than training does afterwards.
public func releaseCodePages() { ck_release_code_pages() }
