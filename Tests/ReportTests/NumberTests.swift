import Testing

@testable import Report

@Suite struct NumberTests {
  @Test(arguments: [
    (0.0, "0"), (12, "12"), (9999, "9999"), (10_000, "10 k"), (431_080, "431.1 k"), (2_293_000, "2.293 M"),
    (999_960, "1 M"), (1e9, "1 G"), (0.99546, "0.9955"), (1e-7, "1e-07"), (-0.25, "-0.25"), (.nan, "nan"),
    (-.infinity, "-inf"), (1.5e15, "1500 T"),
  ])
  func shown(_ number: Double, _ text: String) { #expect(number.shown == text) }

  @Test(arguments: [
    (1.0, "1"), (1.005, "1"), (0.05, "0.05"), (-0.5, "-0.5"), (12.346, "12.35"), (.nan, "0"), (1e300, "0"),
  ])
  func coordinate(_ number: Double, _ text: String) { #expect(number.coordinate == text) }

  @Test func durations() {
    #expect(90.0.duration == "90 s" && 150.0.duration == "2 min 30 s" && 7300.0.duration == "2 h 1 min")
  }
}
