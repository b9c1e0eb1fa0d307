import Base
import Budgets
import NetModel
import Slimming

/// What `plan --json` prints: what goes, what holds the rest, and what it saves.
struct PlanRecord: Encodable {
  /// A budget and how it was met.
  struct Budget: Encodable {
    let kind: NetBudget.Kind
    let whole: Double
    let limit: Double
    let cost: Double
    /// No layer loses more accuracy by itself; nil where importance chose.
    let loss: Double?
    /// Whether times are not sure; nil where costs are counted.
    let isNoisy: Bool?
  }

  let tool: String
  let asked: PruneRecord.Asked
  let met: [PruneRecord.Met]
  let held: [PruneRecord.Held]
  let budget: Budget?
  let cost: CostReport

  init(_ planned: PruneOptions.Planned, _ options: PruneOptions, _ cost: CostReport) {
    let record = PruneRecord(planned, options, sources: [])
    (tool, asked, met, held, self.cost) = (record.tool, record.asked, record.met, record.held, cost)
    budget = planned.outcome.map {
      Budget(
        kind: $0.budget.kind, whole: $0.result.whole, limit: $0.result.limit, cost: $0.result.cost,
        loss: $0.result.loss,
        isNoisy: $0.table?.isNoisy)
    }
  }
}

extension CostReport {
  /// A plan's; with times where the plan was measured.
  init(_ planned: PruneOptions.Planned, _ slim: NetDescription) {
    var times: [Change<Double>]?
    if let outcome = planned.outcome, let table = outcome.table {
      let (space, point) = (table.space, outcome.result.point)
      times =
        planned.net.layers.indices.map { layer in
          Change(
            before: table.cost(of: layer, space.channels(of: layer, at: space.whole)),
            after: table.cost(of: layer, space.channels(of: layer, at: point)))
        } + [Change(before: outcome.result.whole, after: outcome.result.cost)]
    }
    self.init(planned.net, slim, times: times)
  }
}

extension BudgetOutcome {
  /// What was asked and what came of it.
  var lines: [String] {
    let kind = budget.kind
    let share = (result.cost / result.whole).fixed(4)
    var lines = [
      "budget: at most \(kind.text(result.limit)) of \(kind.text(result.whole)); the plan has \(kind.text(result.cost)), "
        + "a share of \(share)"
    ]
    if let loss = result.loss { lines.append("no layer loses more than \(loss.logged) of accuracy by itself") }
    guard let table else { return lines }
    if result.cost > result.limit {
      lines.append(
        "the budget is missed by \(((result.cost / result.limit - 1) * 100).fixed(1)) %: no widths measured nearer")
    }
    lines.append("planned \(result.rounds) \(result.rounds == 1 ? "time" : "times") with what was measured")
    if table.isNoisy { lines.append("the machine was busy: some of the times are noisy") }
    return lines
  }
}
