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
    "", "macs", "macs=", "macs=x", "macs=-1", "macs=0", "macs=nan", "macs=inf", "macs=0.5ms", "latency=20",
    "latency=2M",
    "latency=1", "params=2 M", "params=2Mb",
  ])
  func othersAreRefused(_ text: String) {
    #expect(throws: BudgetError.malformed(text)) { try NetBudget(text) }
  }

  @Test func unknownKindsAreNamed() {
    #expect(throws: BudgetError.unknownKind("flops")) { try NetBudget("flops=0.5") }
    #expect(BudgetError.unknownKind("flops").description.contains("macs, params, bytes, latency"))
  }

  @Test func aLimitIsAShareOrAnAmount() {
    #expect(NetBudget(.macs, .share(0.5)).limit(of: 300) == 150)
    #expect(NetBudget(.macs, .amount(100)).limit(of: 300) == 100)
  }
}
