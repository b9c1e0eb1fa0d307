import Base

extension Double {
  /// The number as a report shows it: four significant digits, large ones in thousands (k), millions (M) and so on.
  public var shown: String {
    guard isFinite else { return isNaN ? "nan" : self < 0 ? "-inf" : "inf" }
    let size = magnitude
    guard size >= 9999.5 else {
      return self == rounded() ? "\(Int(self))" : formatted("%.4g", self)
    }
    var (scaled, unit) = (self, "")
    for next in ["k", "M", "G", "T"] where scaled.magnitude >= 999.95 || unit.isEmpty {
      (scaled, unit) = (scaled / 1000, next)
    }
    return formatted("%.4g", scaled) + " " + unit
  }

  /// A coordinate: at most two digits behind the point.
  var coordinate: String {
    guard isFinite, magnitude < 1e9 else { return "0" }
    let hundredths = Int((self * 100).rounded())
    let (whole, rest) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}
