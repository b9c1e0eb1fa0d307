import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// Every case of Tests/Golden/layers, offered every layout, on every backend, against Caffe's numbers.
@Suite struct GoldenTests {
  static let folder = TestFiles.golden + "/layers"

  @Test(arguments: TestFiles.names(in: folder, extension: "prototxt"))
  func agreesWithCaffe(_ name: String) throws {
    let golden = try GoldenCase(name, in: Self.folder)
    #expect(LayerRegistry.caffe[golden.type] != nil, "no layer type \(golden.type)")
    for backend in try backends() {
      for layout in Layout.allCases where backend.layouts.contains(layout) {
        let mismatches = try golden.mismatches(backend, layout: layout)
        #expect(mismatches.isEmpty, "\(backend.name), offered \(layout)")
      }
    }
  }
}
