import CaffeProto
import Testing

/// Fields that the schema does not have, or has with another type: unknown ones, and the numbers that stock Caffe and
/// its forks use differently.
@Suite struct BinaryCollisionTests {
  /// layer { 148 { 1: 0.5f, 2: false, 3: 0.25f } }: caffe_increg's prune_param.
  static let increg = hex("a2 06 0f a2 09 0c 0d 00 00 00 3f 10 00 1d 00 00 80 3e")

  @Test func unknownFieldsAreWrittenBack() throws {
    // a varint and a string around a layer, which holds four and eight bytes
    let layer = hex("0a 01 6c c5 3e 01 02 03 04 c1 3e 01 02 03 04 05 06 07 08")
    let bytes = hex("0a 01 6e d0 0f 05 a2 06 13") + layer + hex("e2 12 03 01 02 03")
    let net = try NetParameter(serialized: bytes)
    #expect(net.name == "n" && net.layer[0].name == "l")
    #expect(net.unknownFields == hex("d0 0f 05 e2 12 03 01 02 03"))
    #expect(net.layer[0].unknownFields == Array(layer[3...]))
    let written = try net.serialized()
    #expect(written == hex("0a 01 6e a2 06 13") + layer + hex("d0 0f 05 e2 12 03 01 02 03"))
    #expect(try NetParameter(serialized: written) == net)
    #expect(try net.text().contains("# 7 bytes of unknown fields, the first with number 250\n"))
    #expect(try NetParameter(text: net.text()).name == "n")
  }

  @Test func unknownEnumNumbersAreUnknownFields() throws {
    let pooling = try PoolingParameter(serialized: hex("08 09 10 02 08 01"))
    #expect(pooling.pool == .ave && pooling.kernelSize == 2)
    let stray = try PoolingParameter(serialized: hex("08 09 10 02"))
    #expect(!stray.hasPool && stray.kernelSize == 2 && stray.unknownFields == hex("08 09"))
    #expect(try stray.serialized() == hex("10 02 08 09"))
    // Behind a number that has a name, one that has none changes nothing; numbers count by their lower 32 bits.
    let kept = try PoolingParameter(serialized: hex("08 01 08 09 10 02"))
    #expect(kept.pool == .ave && kept.kernelSize == 2 && kept.unknownFields == hex("08 09"))
    #expect(try PoolingParameter(serialized: hex("08 00 08 09 08 01 08 0a")).pool == .ave)
    #expect(try PoolingParameter(serialized: hex("08 81 80 80 80 10 08 89 80 80 80 10")).pool == .ave)
    let phase = try LayerParameter(serialized: hex("50 01 50 07 0a 01 6c"))
    #expect(phase.phase == .test && phase.name == "l" && phase.unknownFields == hex("50 07"))
    let modes = try V1LayerParameter(serialized: hex("d0 3e 01 d0 3e 07 d0 3e 00"))
    #expect(modes.blobShareMode == [.permissive, .strict] && modes.unknownFields == hex("d0 3e 07"))
  }

  @Test func clipAndPruneAreToldApart() throws {
    let pruned = try NetParameter(serialized: Self.increg).layer[0]
    #expect(pruned.hasPruneParam && !pruned.hasClipParam)
    #expect(pruned.pruneParam.pruneRatio == 0.5 && !pruned.pruneParam.ifUpdateRowCol)
    #expect(pruned.pruneParam.pruneRatioStep == 0.25 && pruned.unknownFields.isEmpty)
    // written at 1148, which no other reader knows, so that none takes it for a broken clip_param
    #expect(try pruned.serialized() == hex("e2 47 0c 0d 00 00 00 3f 10 00 1d 00 00 80 3e"))
    #expect(try LayerParameter(serialized: pruned.serialized()) == pruned)

    let clipped = try LayerParameter(serialized: hex("a2 09 0a 0d 00 00 80 bf 15 00 00 80 3f"))
    #expect(clipped.clipParam.min == -1 && clipped.clipParam.max == 1 && !clipped.hasPruneParam)
    #expect(try clipped.serialized() == hex("a2 09 0a 0d 00 00 80 bf 15 00 00 80 3f"))

    for prune in [
      "a2 09 00", "a2 09 05 0d 00 00 00 3f", "a2 09 0a 0d 00 00 00 3f 1d 00 00 80 3e", "a2 09 02 10 01",
    ] {
      let layer = try LayerParameter(serialized: hex(prune))
      #expect(layer.hasPruneParam && !layer.hasClipParam && layer.unknownFields.isEmpty, "\(prune)")
    }
  }

  @Test func whatIsNeitherStaysAsItIs() throws {
    // OpenCV's permute_param { order: 0 order: 2 } at 148
    let permute = hex("a2 09 04 08 00 08 02")
    let layer = try LayerParameter(serialized: permute)
    #expect(!layer.hasClipParam && !layer.hasPruneParam && layer.unknownFields == permute)
    #expect(try layer.serialized() == permute)
    // caffe_increg's center_loss_param { num_output: 2 center_filler { } axis: 3 } at 147
    let center = hex("9a 09 06 08 02 12 00 18 03")
    let loss = try LayerParameter(serialized: center)
    #expect(loss.swishParam.unknownFields.count == 6 && !loss.swishParam.hasBeta)
    #expect(try loss.serialized() == center)
    // a field of 3-d convolution at the number of round_mode
    let pooling = try PoolingParameter(serialized: hex("10 02 6a 02 0a 00"))
    #expect(pooling.kernelSize == 2 && !pooling.hasRoundMode)
    #expect(try pooling.serialized() == hex("10 02 6a 02 0a 00"))
  }

  @Test func bothMeaningsOfSolver41() throws {
    let stock = try SolverParameter(serialized: hex("c8 02 00"))
    #expect(stock.hasLayerWiseReduce && !stock.layerWiseReduce && !stock.hasPruneMethod)
    let fork = try SolverParameter(serialized: hex("ca 02 07") + Array("Reg_Col".utf8))
    #expect(fork.pruneMethod == "Reg_Col" && !fork.hasLayerWiseReduce && fork.unknownFields.isEmpty)
    #expect(try SolverParameter(serialized: fork.serialized()) == fork)
    let both = try SolverParameter(text: "prune_method: \"Reg_Row\" layer_wise_reduce: false")
    #expect(try SolverParameter(serialized: both.serialized()) == both)
  }

  @Test func anUnknownFieldUnderTheHidingNumberIsNotConfused() throws {
    // PoolingParameter has no 15, so a misfit hides there; here 15 is in use
    #expect(throws: WireError.self) { try PoolingParameter(serialized: hex("6a 02 0a 00 78 01")) }
    // two misfits get two numbers
    let net = try LayerParameter(serialized: hex("0d 01 02 03 04 15 05 06 07 08"))
    #expect(try net.serialized() == hex("0d 01 02 03 04 15 05 06 07 08") && !net.hasName && !net.hasType)
  }

  @Test func packedOrNot() throws {
    let plain = try BlobProto(serialized: hex("2d 00 00 80 3f 2d 00 00 00 40"))
    #expect(plain.data == [1, 2])
    #expect(try plain.serialized() == hex("2a 08 00 00 80 3f 00 00 00 40"))
    #expect(try NetParameter(serialized: hex("22 03 01 96 01")).inputDim == [1, 150])
    #expect(try LayerParameter(serialized: hex("5a 02 01 00")).propagateDown == [true, false])
  }

  @Test func repeatedSingularFieldsMerge() throws {
    // state { level: 1 } state { stage: "a" } name: "x" name: "y"
    let net = try NetParameter(serialized: hex("32 02 10 01 32 03 1a 01 61 0a 01 78 0a 01 79"))
    #expect(net.state.level == 1 && net.state.stage == ["a"] && net.name == "y")
  }
}
