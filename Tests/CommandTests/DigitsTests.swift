import Testing

@testable import make_digits

/// The example's data.
@Suite struct DigitsTests {
  @Test func sameSeedSameDigits() {
    let first = MakeDigits.digits(20, seed: 7, first: 0)
    let again = MakeDigits.digits(20, seed: 7, first: 0)
    #expect(first.images == again.images && first.labels == again.labels)
    #expect(first.images != MakeDigits.digits(20, seed: 8, first: 0).images)
  }

  @Test func imagesDoNotDependOnThoseBefore() {
    let all = MakeDigits.digits(5, seed: 1, first: 0)
    let last = MakeDigits.digits(1, seed: 1, first: 4)
    #expect(Array(all.images.suffix(784)) == last.images)
  }

  /// Every variant of every digit leaves ink, most of it inside the frame.
  @Test(arguments: 0..<10) func everyDigitIsDrawn(digit: Int) {
    var random = Randomness(seed: 3, stream: UInt64(digit))
    for _ in 0..<50 {
      let image = render(digit, &random)
      #expect(image.count == 784)
      #expect((20...400).contains(image.count { $0 > 100 }))
    }
  }

  /// The format as the MNIST page describes it: magic 2051, three big-endian extents, bytes.
  @Test func headerIsBigEndian() {
    #expect(idx([1, 2, 300], [9]) == [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 44, 9])
  }

  @Test(arguments: [["--train"], ["--train", "x"], ["--train", "-1"], ["--sead", "1"], []])
  func badCommandLine(arguments: [String]) {
    #expect(throws: UsageError.self) { try Options(arguments) }
  }
}
