import Testing

@testable import caffe_increg

@Suite struct SeedRangeTests {
  @Test(arguments: [("3", 1...3), ("1", 1...1), ("2-3", 2...3), ("4-4", 4...4)])
  func seedsAreRead(_ text: String, _ seeds: ClosedRange<Int>) {
    #expect(SeedRange(argument: text)?.seeds == seeds)
  }

  @Test(arguments: ["0", "", "-1", "3-2", "0-2", "1-", "a", "1-2-3"])
  func othersAreRefused(_ text: String) { #expect(SeedRange(argument: text) == nil) }

  /// As help shows a default.
  @Test func textIsWhatIsRead() {
    for text in ["3", "2-3", "4-4"] { #expect(SeedRange(argument: text)?.description == text) }
  }
}
