import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming

extension SlimNet {
  /// Cuts out of a net what is zero in the weights of a file, and proves that nothing else has changed.
  static func proven(
    _ net: NetParameter, _ masked: String, state: NetState, on backend: any Backend, log: RunLog
  ) throws -> SlimNet {
    let description = try NetDescription(net, state: state, registry: .caffe)
    let read = try CaffeModel.read(masked, for: description, log: log)
    let slim = try SlimRun(net, weights: read, .init(state: state), registry: .caffe).plan().apply()
    _ = try slim.prove(on: backend)
    return slim
  }
}
