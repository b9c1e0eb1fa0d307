/// The name that differs least from a misspelt one, when it differs little.
package func closestName(to name: String, among names: [String]) -> String? {
  let typed = Array(name.lowercased().utf8)
  let distances = names.map { (name: $0, distance: distance(typed, Array($0.lowercased().utf8))) }
  guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
  // At most half of what lies between the common ends may differ: permute_param is not a misspelt prune_param.
  let limit = max(1, min(3, typed.count / 3, differing(typed, Array(best.name.lowercased().utf8)) / 2))
  return best.distance <= limit ? best.name : nil
}

/// The end of a message on a name that is not known: the name that was meant, or nothing where there is none.
package func didYouMean(_ name: String?) -> String { name.map { "; did you mean '\($0)'?" } ?? "" }

/// The letters of the longer name between the beginning and the end that both share.
private func differing(_ a: [UInt8], _ b: [UInt8]) -> Int {
  let start = zip(a, b).prefix { $0 == $1 }.count
  let end = zip(a[start...].reversed(), b[start...].reversed()).prefix { $0 == $1 }.count
  return max(a.count, b.count) - start - end
}

/// Number of letters to insert, drop, replace or swap with the next (Damerau and Levenshtein's distance, no letter
/// touched twice).
private func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
