import CaffeProto
import Glibc

/// How the learning rate follows from the iteration (Caffe: `SGDSolver::GetLearningRate`).
///
/// With base b, gamma g, power p and iteration i, counted from 0:
/// - fixed: b
/// - step: b * g ^ floor(i / stepsize)
/// - exp: b * g ^ i
/// - inv: b * (1 + g * i) ^ -p
/// - multistep: b * g ^ (the number of stepvalues reached)
/// - poly: b * (1 - i / max_iter) ^ p
/// - sigmoid: b / (1 + e ^ (-g * (i - stepsize)))
public struct LearningRatePolicy: Sendable {
  private enum Kind {
    case fixed
    case step(size: Int)
    case exp
    case inv
    case multistep([Int])
    case poly(maxIter: Int)
    case sigmoid(centre: Int)
  }

  private let kind: Kind
  private let base: Float
  private let gamma: Float
  private let power: Float

  /// The names in `lr_policy`.
  public static let names = ["fixed", "step", "exp", "inv", "multistep", "poly", "sigmoid"]

  /// Reads the policy's fields.
  ///
  /// - Throws: ``SolverError`` for an unknown policy, a negative gamma and a stepsize or max_iter of 0 where it is used.
  public init(_ parameter: SolverParameter) throws(SolverError) {
    func positive(_ value: Int, _ field: String) throws(SolverError) -> Int {
      guard value > 0 else {
        throw .field(field, "lr_policy '\(parameter.lrPolicy)' needs a positive value, but it is \(value)")
      }
      return value
    }
    switch parameter.lrPolicy {
    case "fixed": kind = .fixed
    case "step": kind = .step(size: try positive(parameter.stepsize, "stepsize"))
    case "exp": kind = .exp
    case "inv": kind = .inv
    case "multistep": kind = .multistep(parameter.stepvalue)
    case "poly": kind = .poly(maxIter: try positive(parameter.maxIter, "max_iter"))
    case "sigmoid": kind = .sigmoid(centre: try positive(parameter.stepsize, "stepsize"))
    case "": throw .field("lr_policy", "missing; there are \(Self.names.joined(separator: ", "))")
    default: throw .unknown(field: "lr_policy", value: parameter.lrPolicy, known: Self.names)
    }
    // Only a negative gamma lets the sigmoid fall: the original takes it, later versions of Caffe do not.
    switch kind {
    case .fixed, .poly, .sigmoid: break
    default:
      guard parameter.gamma >= 0 else {
        throw .field("gamma", "must not be negative, but is \(parameter.gamma)")
      }
    }
    base = parameter.baseLr
    gamma = parameter.gamma
    power = parameter.power
  }

  /// The rate at `iteration`.
  ///
  /// - Parameters:
  ///   - iteration: the iteration
  ///   - step: the steps made so far, which snapshots keep; the step policies change it, multistep by at most one per
  ///     call.
  public func rate(at iteration: Int, step: inout Int) -> Float {
    let i = Float(iteration)
    switch kind {
    case .fixed: return base
    case .step(let size):
      step = iteration / size
      return base * pow(gamma, Float(step))
    case .exp: return base * pow(gamma, i)
    case .inv: return base * pow(1 + gamma * i, -power)
    case .multistep(let values):
      if values.indices.contains(step), iteration >= values[step] { step += 1 }
      return base * pow(gamma, Float(step))
    case .poly(let maxIter): return base * pow(1 - i / Float(maxIter), power)
    case .sigmoid(let centre): return base / (1 + Glibc.exp(-gamma * (i - Float(centre))))
    }
  }
}
