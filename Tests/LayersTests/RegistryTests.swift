import Base
import CaffeProto
import Engine
import Layers
import NetModel
import Testing

@Suite struct RegistryTests {
  /// What stock Caffe registers, without Python: REGISTER_LAYER_CLASS and REGISTER_LAYER_CREATOR in BVLC/caffe's
  /// src/caffe.
  static let stock = """
    AbsVal Accuracy ArgMax BNLL BatchNorm BatchReindex Bias Clip Concat ContrastiveLoss Convolution Crop Data \
    Deconvolution Dropout DummyData ELU Eltwise Embed EuclideanLoss Exp Filter Flatten HDF5Data HDF5Output HingeLoss \
    Im2col ImageData InfogainLoss InnerProduct Input LRN LSTM LSTMUnit Log MVN MemoryData MultinomialLogisticLoss PReLU \
    Parameter Pooling Power RNN ReLU Reduction Reshape SPP Scale Sigmoid SigmoidCrossEntropyLoss Silence Slice Softmax \
    SoftmaxWithLoss Split Swish TanH Threshold Tile WindowData
    """.split(separator: " ").map(String.init)

  /// What forks have besides.
  static let forks = """
    Axpy BN ConvolutionDepthwise DepthwiseConvolution DetectionOutput Interp Normalize PSROIPooling Permute PriorBox \
    ROIPooling ReLU6 Reorg ShuffleChannel Upsample
    """.split(separator: " ").map(String.init)

  @Test func hasEveryStockTypeThoseOfForksAndNoOther() {
    #expect(Self.stock.count == 60)
    #expect(LayerRegistry.caffe.names == (Self.stock + Self.forks + ["Python"]).sorted())
  }

  @Test(arguments: stock + forks) func everyTypeRuns(_ type: String) throws {
    let kind = try #require(LayerRegistry.caffe[type])
    #expect(kind is any RunnableDescription.Type)
  }

  /// Stock Caffe's mnist_autoencoder.prototxt has two layers called 'loss'.
  @Test func layersWithoutParametersMayShareAName() throws {
    let net = try NetParameter(
      text: """
        layer { name: 'x' type: 'Input' top: 'x' top: 'y' input_param { shape { dim: 2 dim: 3 } } }
        layer { name: 'loss' type: 'EuclideanLoss' bottom: 'x' bottom: 'y' top: 'l2' }
        layer { name: 'loss' type: 'SigmoidCrossEntropyLoss' bottom: 'x' bottom: 'y' top: 'entropy' }
        """)
    let outputs = try Net(
      net, state: NetState(), registry: .caffe, backend: ReferenceBackend(), random: RandomSource(seed: 1)
    ).outputs.map(\.name)
    #expect(outputs == ["entropy", "l2"])
  }

  @Test func pythonIsRefusedWithAnExplanation() throws {
    let net = try NetParameter(
      text: """
        layer { name: 'data' type: 'Python' top: 'data' top: 'label'
          python_param { module: 'pascal_multilabel_datalayers' layer: 'PascalMultilabelDataLayerSync' } }
        """)
    let error = #expect(throws: NetError.self) { try NetDescription(net, state: NetState(), registry: .caffe) }
    #expect(
      "\(try #require(error))".hasPrefix(
        "layer 'data' (Python): python_param.module: the layer is class 'PascalMultilabelDataLayerSync' of the Python "
          + "module 'pascal_multilabel_datalayers', and this program does not run Python"))
  }
}
