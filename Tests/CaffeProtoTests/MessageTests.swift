import CaffeProto
import Testing

@Suite struct MessageTests {
  @Test func unsetFieldsReadAsTheirDefaults() {
    let layer = LayerParameter()
    #expect(!layer.hasConvolutionParam && !layer.hasName && layer.name.isEmpty)
    #expect(layer.convolutionParam.biasTerm && layer.convolutionParam.group == 1)
    #expect(layer.poolingParam.pool == .max && layer.poolingParam.roundMode == .ceil)
    #expect(layer.batchNormParam.movingAverageFraction == 0.999 && layer.batchNormParam.eps == 1e-5)
    #expect(layer.lossParam.normalization == .valid && layer.hingeLossParam.norm == .l1)
    #expect(layer.flattenParam.endAxis == -1 && layer.expParam.base == -1)
    let solver = SolverParameter()
    #expect(
      solver.solverMode == .gpu && solver.randomSeed == -1 && solver.type == "SGD" && solver.delta == 1e-8)
    #expect(
      solver.pruneMethod == "None" && solver.compRatio == 10000 && solver.ifUpdateRowCol && solver.aa == 0)
    #expect(V1LayerParameter().type == .none && NetState().phase == .test)
  }

  @Test func settingAndClearing() {
    var layer = LayerParameter.with { $0.convolutionParam.numOutput = 20 }
    let copy = layer
    layer.convolutionParam.numOutput = 50
    layer.convolutionParam.weightFiller.type = "xavier"
    #expect(copy.convolutionParam.numOutput == 20 && !copy.convolutionParam.hasWeightFiller)
    #expect(layer.convolutionParam.numOutput == 50 && layer.convolutionParam.hasWeightFiller && layer != copy)
    layer.convolutionParam.clearNumOutput()
    #expect(layer.hasConvolutionParam && !layer.convolutionParam.hasNumOutput)
    layer.clearConvolutionParam()
    #expect(!layer.hasConvolutionParam && layer == LayerParameter())
    #expect(MemoryLayout<LayerParameter>.size <= 640)
  }

  @Test func enumsAreSwiftEnums() {
    #expect(PoolingParameter.PoolMethod.allCases == [.max, .ave, .stochastic])
    #expect(V1LayerParameter.LayerType.softmaxLoss.rawValue == 21)
    #expect(
      ConvolutionParameter.Engine.default.rawValue == 0
        && LossParameter.NormalizationMode.batchSize.rawValue == 2)
  }

  @Test func integersThatDoNotFitAreErrorsWithAPath() throws {
    var net = NetParameter.with { $0.layer = [.init(), .with { $0.convolutionParam.numOutput = -1 }] }
    var error: MessageValueError = try failure { _ = try net.serialized() }
    #expect(
      error.description
        == "NetParameter.layer[1].convolution_param.num_output: -1 is out of the range of uint32")
    #expect(throws: error) { try net.text() }
    net.layer[1].convolutionParam.numOutput = 1 << 32
    #expect(throws: MessageValueError.self) { try net.serialized() }
    net.layer[1].convolutionParam = .with { $0.kernelSize = [3, -3] }
    error = try failure { _ = try net.serialized() }
    #expect(error.path == "layer[1].convolution_param.kernel_size")
    net.layer[1].convolutionParam = .with { $0.axis = Int(Int32.max) + 1 }
    error = try failure { _ = try net.serialized() }
    #expect(error.reason == .outOfRange(Int(Int32.max) + 1, type: "int32"))
  }

  @Test func othersThatCannotBeWritten() throws {
    var error: MessageValueError = try failure {
      _ = try LayerParameter.with { $0.bottom = ["a\0b"] }.serialized()
    }
    #expect(error.description == "LayerParameter.bottom: the string holds a NUL character")
    error = try failure { _ = try LayerParameter.with { $0.clipParam.min = 0 }.serialized() }
    #expect(error.description == "LayerParameter.clip_param.max: the field is required and not set")
    error = try failure { _ = try Datum.with { $0.unknownFields = [0x80] }.serialized() }
    #expect(error.reason == .notWireFormat)
  }

  @Test func descriptorsNameTheirFields() {
    #expect(PruneParameter.descriptor.name == "PruneParameter")
    #expect(PruneParameter.descriptor.fieldNames == ["prune_ratio", "IF_update_row_col", "prune_ratio_step"])
  }
}

@Suite struct FloatsTests {
  @Test func behavesAsAnArray() {
    let values: Floats = [1, 2, 3]
    #expect(values.count == 3 && values[1] == 2 && Array(values) == [1, 2, 3] && values.reduce(0, +) == 6)
    #expect(Floats([]).isEmpty && Floats() == Floats([]))
    #expect(Floats(count: 2) { $0[1] = 5 } == [0, 5])
    #expect(values.withUnsafeBufferPointer { $0.count } == 3)
  }

  @Test func equalityIsOfBits() {
    #expect(
      Floats([.nan]) == Floats([.nan]) && Floats([0]) != Floats([-0.0]) && Floats([1]) != Floats([1, 2]))
  }

  @Test func copiesShareMemory() {
    let blob = BlobProto.with { $0.data = Floats([1, 2]) }
    let copy = blob
    let addresses = [blob, copy].map { $0.data.withUnsafeBufferPointer { $0.baseAddress } }
    #expect(addresses[0] == addresses[1])
  }
}
