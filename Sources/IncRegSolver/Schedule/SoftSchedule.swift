import CaffeProto
import Glibc

/// Which share of a family's groups is chosen after an epoch.
///
/// Source: ASFP, by he-y/soft-filter-pruning and cailinhang/PGMPF. Epochs count from 0.
public struct RateSchedule: Equatable, Sendable {
  /// Its form.
  let form: PruningParameter.Schedule
  /// The part of the run after which the exponential form is at three quarters.
  let delay: Double

  /// Makes a schedule.
  public init(_ form: PruningParameter.Schedule, delay: Double = 0.125) { (self.form, self.delay) = (form, delay) }

  /// The share that is not chosen after `epoch` of `epochs`, where in the end `ratio` goes.
  ///
  /// From 19/20 of the run on the share is the final one. The original's last epoch gets there only where there are 20;
  /// here it always does.
  ///
  /// - Parameters:
  ///   - ratio: the share that goes in the end
  ///   - epoch: the epoch
  ///   - epochs: how many there are
  ///   - isForced: false before the first epoch
  public func kept(_ ratio: Double, epoch: Int, of epochs: Int, isForced: Bool = true) -> Double {
    let (rate, e, total) = (1 - ratio, Double(epoch), Double(max(1, epochs)))
    if isForced, e >= 19 * total / 20 || epoch + 1 == epochs { return rate }
    switch form {
    case .constant: return rate
    case .exp: return rate + (1 - rate) * exp(-e * log(4) / (delay * total))
    case .poly: return 1 - ratio * (1 - pow(1 - (e + 1) / total, 3))
    }
  }
}

/// By what the weights of the chosen groups are multiplied after an epoch: a0 * exp(-k * epoch), 0 from 9/10 of the run
/// on.
///
/// Source: SRFP and ASRFP, by cailinhang/PGMPF. Epochs count from 0.
public struct Attenuation: Equatable, Sendable {
  /// The factor before the first epoch, a0; 0 zeroes always.
  let start: Double
  /// What the factor would come to with the last epoch.
  let sigma: Double

  /// Makes an attenuation.
  public init(start: Double, sigma: Double = 1e-5) { (self.start, self.sigma) = (start, sigma) }

  /// The factor after `epoch` of `epochs`. The original's last epoch zeroes only where there are 10; here it always
  /// does.
  ///
  /// - Parameters:
  ///   - epoch: the epoch
  ///   - epochs: how many there are
  ///   - isForced: false before the first epoch
  public func factor(epoch: Int, of epochs: Int, isForced: Bool = true) -> Double {
    let (e, total) = (Double(epoch), Double(max(1, epochs)))
    if start == 0 || isForced && (e >= 9 * total / 10 || epoch + 1 == epochs) { return 0 }
    return start * exp(e * log(sigma / (start + 0.01 * sigma)) / total)
  }
}
