import Budgets
import Testing

/// How budgets are spelt.
@Suite struct NetBudgetTests {
  @Test(arguments: [
    ("macs=0.5", NetBudget(.macs, .share(0.5))), ("params=.25", NetBudget(.params, .share(0.25))),
    ("params=2M", NetBudget(.params, .amount(2e6))), ("bytes=1500", NetBudget(.bytes, .amount(1500))),
    ("macs=1.5G", NetBudget(.macs, .amount(1.5e9))), ("bytes=0.5k", NetBudget(.bytes, .amount(500))),
    ("latency=0.35", NetBudget(.latency, .share(0.35))), ("latency=20ms", NetBudget(.latency, .amount(20))),
    ("latency=0.02s", NetBudget(.latency, .amount(20))), ("macs=1e6", NetBudget(.macs, .amount(1e6))),
  ])
  func areRead(text: String, budget: NetBudget) throws {
    #expect(try NetBudget(text) == budget)
  }

  @Test(arguments: [
    "", "macs", "macs=", "macs=x", "macs=-1", "macs=0", "macs=nan", "macs=inf", "macs=1e300G", "macs=0,5", "macs=0x1p3",
  ])
  func othersAreRefused(_ text: String) {
    #expect(throws: BudgetError.malformed(text)) { try NetBudget(text) }
  }

  @Test(arguments: [
    ("macs=0.5ms", "macs has no unit 'ms'; there are k, M, G; a share is"),
    ("macs=50%", "macs has no unit '%'; there are k, M, G; a share is a number below 1 without one"),
    ("latency=20", "an amount of latency needs a unit; there are ms, s; a share"),
    ("latency=1", "an amount of latency needs a unit"), ("latency=20MS", "did you mean 'ms'?"),
    ("latency=2M", "latency has no unit 'M'; there are ms, s"), ("params=2m", "did you mean 'M'?"),
    ("params=2 M", "did you mean 'M'?"), ("params=2Mb", "did you mean 'M'?"),
  ])
  func unitsAreNamed(_ text: String, _ message: String) {
    let error = #expect(throws: BudgetError.self) { try NetBudget(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func unknownKindsAreNamed() {
    #expect(throws: BudgetError.unknownKind("flops")) { try NetBudget("flops=0.5") }
    #expect(BudgetError.unknownKind("flops").description.contains("macs, params, bytes, latency"))
    #expect(BudgetError.unknownKind("param").description.hasSuffix("latency; did you mean 'params'?"))
  }

  /// Amounts are doubles, which may be beyond all whole numbers.
  @Test(arguments: NetBudget.Kind.allCases) func amountsOfEverySizeHaveAText(_ kind: NetBudget.Kind) {
    #expect(kind.text(2e6).hasPrefix("2000000"))
    #expect(kind.text(1e30).hasPrefix("1e+30 ") && kind.text(1e300).hasPrefix("1e+300 "))
  }

  @Test func aLimitIsAShareOrAnAmount() {
    #expect(NetBudget(.macs, .share(0.5)).limit(of: 300) == 150)
    #expect(NetBudget(.macs, .amount(100)).limit(of: 300) == 100)
  }
}
