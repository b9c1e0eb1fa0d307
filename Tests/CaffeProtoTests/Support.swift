import TestSupport
import Testing

/// The prototxt files written for these tests.
let goldenNames = [
  "digits_train", "residual", "old_deploy", "strings", "incremental_solver", "inline_solver",
]

func golden(_ name: String) -> String { "\(TestFiles.golden)/prototxt/\(name)" }

/// Bytes given as hexadecimal digits and spaces.
func hex(_ digits: String) -> [UInt8] {
  let nibbles = digits.filter { $0 != " " }.compactMap(\.hexDigitValue)
  return stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
}

/// The error of the expected type that `body` throws.
func failure<E: Error>(_: E.Type = E.self, _ body: () throws -> Void) throws -> E {
  try #require(#expect(throws: E.self, performing: body))
}
