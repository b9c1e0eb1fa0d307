import Foundation

/// Runs a Python script that needs `modules` and returns what it prints; nil, and a word about it, without them.
///
/// - Throws: ``PythonFailure`` where it ends with an error
public func python(_ script: String, needs modules: String, test: String = #function) throws -> String? {
  try python(["-c", script], needs: modules, test: test)
}

/// The same with a script's path and what that takes.
public func python(_ arguments: [String], needs modules: String, test: String = #function) throws -> String? {
  // Nothing of what the user's programs keep in a cache, and no bytecode beside the sources.
  let cache = try TemporaryFolder()
  let environment = ProcessInfo.processInfo.environment.merging(
    ["XDG_CACHE_HOME": cache.path, "PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
  func run(_ arguments: [String]) throws -> Invocation.Outcome {
    try Invocation("/usr/bin/env", ["python3"] + arguments, environment: environment).run()
  }
  guard try run(["-c", "import \(modules)"]).status == 0 else {
    print("SKIPPED \(test): no python3 with \(modules)")
    return nil
  }
  let outcome = try run(arguments)
  guard outcome.status == 0 else { throw PythonFailure(description: outcome.output + outcome.errors) }
  return outcome.output
}

/// A script that ended with an error.
public struct PythonFailure: Error, CustomStringConvertible {
  /// What it printed.
  public let description: String
}
