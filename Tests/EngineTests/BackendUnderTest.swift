import Engine
import NetModel
import Testing

/// The backends that the operator suite runs on; one that is added is tested by adding a case here.
enum BackendUnderTest: CaseIterable, Sendable {
  case reference
  case dnnl

  func make() throws -> any Backend {
    switch self {
    case .reference: ReferenceBackend()
    case .dnnl: try DNNLBackend()
    }
  }
}

/// A backend in one of its layouts.
struct Setting: CustomTestStringConvertible, Sendable {
  let backend: BackendUnderTest
  let layout: Layout

  var testDescription: String { "\(backend), \(layout)" }

  static let all: [Setting] = BackendUnderTest.allCases.flatMap { backend in
    Layout.allCases.filter { (try? backend.make())?.layouts.contains($0) ?? true }.map {
      Setting(backend: backend, layout: $0)
    }
  }
}
