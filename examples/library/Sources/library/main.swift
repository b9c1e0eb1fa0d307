// Trains a small net, looks at it, prunes and slims it, proves both equal, and runs the slim one. Files go to the
// working directory.
import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Pruning
import Slimming
import Solver

let files = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "."
let backend = try DNNLBackend()

// Train, with somebody who listens. A solver that names a prune_method takes `PruningMethods.hook(for:)` of
// IncRegSolver.
var parameter = try SolverParameter(readingFrom: files + "/solver.prototxt", log: .silent)
parameter.net = files + "/net.prototxt"
parameter.snapshotPrefix = "library"
let solver = try Solver(parameter, registry: .caffe, backend: backend, log: .silent)
solver.onEvent = { event in
  if case .display(let display) = event { print("iteration \(display.iteration): loss \(display.loss)") }
}
try solver.solve()

// Read a net and its weights, and describe it.
let model = try Prototxt.net(files + "/net.prototxt").net
let state = NetState.with { $0.phase = .test }
let net = try NetDescription(model, state: state, registry: .caffe)
let weights = try CaffeModel.read("library_iter_\(solver.iteration).caffemodel")
for layer in net.layers where !layer.blobs.isEmpty { print("\(layer.name) (\(layer.type)): \(layer.topShapes[0])") }

// Plan and prune: of every layer a half of its channels, the smallest ones.
let request = PrunePlan.Request(importance: L1Norm(), ratios: try PruneRatios(0.5))
let plan = try PrunePlan(net, weights: weights.blobs(for: net), request)
for family in plan.families { print("\(family.makers): \(family.removed.count) of \(family.channels) channels go") }

// Slim, and prove on random inputs that the answer stays.
let masked = WeightSet(net, blobs: plan.masked())
let slim = try SlimRun(model, weights: masked, .init(state: state), registry: .caffe).plan().apply()
let proof = try slim.prove(on: backend)
print("equal: largest relative difference \(proof.random.blobs.map(\.relative).max() ?? 0)")
print("multiply-adds: \(net.cost.totalMultiplyAdds) -> \(slim.description.cost.totalMultiplyAdds)")
try Prototxt.write(slim.net, to: "slim.prototxt")
try CaffeModel.write(slim.weights, to: "slim.caffemodel")

// Run the slim net.
let running = try Net(
  slim.net, state: state, registry: .caffe, backend: backend, random: RandomSource(seed: 1), use: .inference)
try running.loadWeights("slim.caffemodel", log: .silent)
print("loss of the slim net: \(try running.forward())")
for output in running.outputValues() { print("\(output.name): \(output.values)") }
