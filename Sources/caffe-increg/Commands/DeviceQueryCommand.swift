import ArgumentParser
import Base
import Engine

/// Says what the program computes on (Caffe: `caffe device_query`, which asks GPUs).
struct DeviceQueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device_query", abstract: "Prints what the program computes on.")

  @Option(help: ArgumentHelp("Taken for compatibility: there is no GPU to ask.", valueName: "ids"))
  var gpu = ""

  func run() throws {
    if !gpu.isEmpty {
      RunLog.standardError.warning("GPU \(gpu) was asked for, but this build computes on the CPU.")
    }
    let processor = try Processor.current()
    say("Device:            \(processor.name)")
    say("Logical cores:     \(processor.cores)")
    say("Threads:           \(DNNLBackend.threads)")
    say(
      "Vector extensions: \(processor.extensions.isEmpty ? "none" : processor.extensions.joined(separator: " "))")
    say("oneDNN:            \(DNNLBackend.version)")
    say("GPU:               none is used: nets run on the CPU")
  }
}
