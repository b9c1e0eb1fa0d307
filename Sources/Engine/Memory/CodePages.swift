import CKernels

/// Gives the memory back that holds code and constants of the program's files, until they are needed again. That is for
/// the ends of phases: reading a net and setting it up runs through far more code than training does afterwards.
public func releaseCodePages() { ck_release_code_pages() }
