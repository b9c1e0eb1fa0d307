import Base
import CCrypto
import Glibc

/// Tells whether two files are the same, by their content.
public enum FileHash {
  /// The SHA-256 of a file's content, in hexadecimal, computed by libcrypto.
  ///
  /// - Throws: `FileSystemError`
  public static func sha256(_ path: String) throws -> String {
    let (file, code) = InputFile.open(path)
    guard file >= 0 else { throw FileSystemError(notOpened: path, code: code) }
    defer { close(file) }
    var context = SHA256_CTX()
    SHA256_Init(&context)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(file, &buffer, buffer.count)
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw FileSystemError(path: path, operation: .read, code: errno)
      }
      SHA256_Update(&context, buffer, count)
    }
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256_Final(&digest, &context)
    return digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
