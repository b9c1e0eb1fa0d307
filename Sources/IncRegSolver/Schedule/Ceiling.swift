import Glibc

/// The penalty at which a group is pruned.
///
/// The original scales `target_reg` by the increment of the sparsity that a stage asks for, with a sigmoid through
/// (0.01, 0.25) and (0.05, 1), and caps the product at 10 (solver.cpp, IncrePR_2_TRMul). A run starts with the factor of
/// the increment 0.2, 2.452, in both modes.
public enum Ceiling {
  /// The smallest increment that is worth a stage.
  public static let smallestIncrement: Float = 0.01
  /// The largest increment, and the first one.
  public static let largestIncrement: Float = 0.2
  /// The increment whose factor is 1.
  static let standardIncrement: Float = 0.05
  /// The factor of the smallest increment.
  static let bottom: Float = 0.25
  /// The largest ceiling.
  public static let cap: Float = 10

  /// The factor for an increment of the net's average sparsity.
  public static func factor(increment: Float) -> Float {
    let y = Float(Double((bottom - 1) / 3) + 0.5)
    let k = logf(1 / y - 1) / (standardIncrement - smallestIncrement)
    let sigmoid = 1 / (1 + expf(-k * (increment - standardIncrement)))
    return Float(3 * (Double(sigmoid) - 0.5) + 1)
  }

  /// The ceiling for a `target_reg` and an increment.
  public static func value(targetReg: Float, increment: Float) -> Float {
    min(targetReg * factor(increment: increment), cap)
  }

  /// The steps of `step` that bring a penalty from `start` to `ceiling`, added up in single precision as a run does it;
  /// nil where the sum stops growing below it.
  static func steps(from start: Float, by step: Float, to ceiling: Float) -> Int? {
    var (penalty, steps) = (start, 0)
    while penalty < ceiling {
      let next = penalty + step
      guard next > penalty else { return nil }
      penalty = next
      steps += 1
    }
    return max(1, steps)
  }
}
