import CaffeProto
import Hostile
import Layers
import NetModel
import TestSupport
import Testing

/// Whatever graph a net is, describing it ends with a description or with a typed error.
@Suite struct HostileNetTests {
  private func describe(_ net: NetParameter, splits: Bool) throws -> NetDescription? {
    do {
      return try NetDescription(net, state: NetState(), registry: .caffe, splits: splits)
    } catch is NetError { return nil }
  }

  /// Types in random order with random wiring: tops and bottoms that repeat, that are missing, that come again; fields out
  /// of range.
  @Test(arguments: 0..<6) func anyGraphIsANetOrAnError(_ seed: Int) throws {
    let hostile = HostileBytes(seed: seed)
    let types = LayerRegistry.caffe.names
    let extremes = [0, 1, 2, 3, -1, 7, Int(Int32.max), Int(Int32.min)]
    var described = 0
    for _ in 0..<700 {
      var net = NetParameter()
      let blobs = ["a", "b", "c", "d", ""]
      net.layer = [
        .with {
          ($0.name, $0.type, $0.top) = ("in", "Input", ["a", "b"])
          $0.inputParam.shape = [
            .with { $0.dim = hostile.pick([[2, 3, 4, 5], [2, 3], [], [0, 1], [1, 1, 1, 1]]) }
          ]
        }
      ]
      for index in 0..<1 + hostile.number(below: 4) {
        net.layer.append(
          .with {
            ($0.name, $0.type) = (hostile.pick(["x", "l\(index)", "l\(index)"]), hostile.pick(types))
            $0.bottom = (0..<hostile.pick([0, 1, 1, 1, 1, 2, 3])).map { _ in hostile.pick(["a", "a", "a", "b"] + blobs)
            }
            $0.top = (0..<hostile.pick([0, 1, 1, 1, 1, 2, 3])).map { _ in
              hostile.pick(["a", "e", "f", "g", "h\(index)"])
            }
            if hostile.number(below: 3) == 0 { $0.lossWeight = $0.top.map { _ in Float(hostile.number(below: 2)) } }
            $0.convolutionParam.numOutput = hostile.pick([1, 4, Int(Int32.max)])
            $0.convolutionParam.kernelSize = [hostile.pick([1, 3, 0])]
            $0.innerProductParam.numOutput = hostile.pick([1, 4, Int(Int32.max)])
            $0.innerProductParam.axis = hostile.pick(extremes)
            $0.sliceParam.axis = hostile.pick(extremes)
            $0.concatParam.axis = hostile.pick(extremes)
            $0.reshapeParam.axis = hostile.pick(extremes)
            $0.reshapeParam.shape.dim = (0..<hostile.number(below: 4)).map { _ in hostile.pick(extremes) }
            $0.flattenParam.axis = hostile.pick(extremes)
            $0.flattenParam.endAxis = hostile.pick(extremes)
            $0.softmaxParam.axis = hostile.pick(extremes)
            $0.tileParam.tiles = hostile.pick([1, 2, Int(Int32.max)])
            $0.cropParam.axis = hostile.pick(extremes)
            $0.cropParam.offset = [hostile.pick([0, 1, Int(UInt32.max)])]
            $0.poolingParam.kernelSize = hostile.pick([1, 2, Int(UInt32.max)])
            $0.poolingParam.pad = hostile.pick([0, 1, Int(UInt32.max)])
            $0.scaleParam.axis = hostile.pick(extremes)
            $0.scaleParam.numAxes = hostile.pick(extremes)
            $0.biasParam.axis = hostile.pick(extremes)
            $0.argmaxParam.axis = hostile.pick(extremes)
            $0.reductionParam.axis = hostile.pick(extremes)
            $0.accuracyParam.axis = hostile.pick(extremes)
            $0.embedParam = .with {
              ($0.numOutput, $0.inputDim) = (hostile.pick([1, 1 << 30]), hostile.pick([1, 1 << 30]))
            }
            $0.recurrentParam.numOutput = hostile.pick([1, 1 << 30])
            $0.sppParam.pyramidHeight = hostile.pick([0, 2, 40, Int(UInt32.max)])
          })
      }
      if try describe(net, splits: false) != nil { described += 1 }
      _ = try describe(net, splits: true)
    }
    #expect(described > 0)
  }

  @Test(arguments: [
    #"layer { name: "a" type: "DummyData" top: "x" top: "x" dummy_data_param { shape { dim: 1 } } }"#,
    #"layer { name: "a" type: "Input" top: "y" top: "x" top: "x" input_param { shape { dim: 1 } } }"#,
    input("b", [2, 4]) + #"layer { name: "a" type: "Slice" bottom: "b" top: "x" top: "x" }"#,
    input("b", [2, 4]) + #"layer { name: "a" type: "Split" bottom: "b" top: "y" top: "x" top: "x" }"#,
  ])
  func theSameTopTwiceNamesTheLayerItself(_ text: String) throws {
    let net = try NetParameter(text: text)
    for splits in [false, true] {
      #expect(throws: NetError.duplicateTop(layer: "a", top: "x", first: "a"), "\(splits)") {
        try NetDescription(net, state: NetState(), registry: .caffe, splits: splits)
      }
    }
  }

  /// Each weighted top that is read gets a Split, and its weight goes to that one's first copy.
  @Test func severalWeightedTopsKeepTheirWeights() throws {
    let readers = (0..<3).flatMap { top in
      (0..<2).map { "layer { name: 'r\(top)\($0)' type: 'Silence' bottom: 'x\(top)' }\n" }
    }.joined()
    let net = try NetParameter(
      text: input("b", [2, 6]) + "layer { name: 's' type: 'Slice' bottom: 'b' top: 'x0' top: 'x1' top: 'x2'"
        + " loss_weight: 1 loss_weight: 2 loss_weight: 3 }\n" + readers
    ).insertingSplits()
    #expect(net.layer.filter { $0.type == "Split" }.map(\.lossWeight) == [[1, 0, 0], [2, 0, 0], [3, 0, 0]])
    #expect(net.layer.first { $0.name == "s" }?.lossWeight == [0, 0, 0])
  }
}
