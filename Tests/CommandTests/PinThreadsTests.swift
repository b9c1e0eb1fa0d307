import Foundation
import Testing
import TestSupport

/// `--pin-threads`, seen from outside: what Linux says each thread of a training run may run on.
@Suite struct PinThreadsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let image = TestFiles.golden + "/netio/images/color.png"
    try writeText("\(image) 0\n\(image) 1\n", to: folder("list.txt"))
    try writeText(
      """
      layer { name: "data" type: "ImageData" top: "data" top: "label"
        image_data_param { source: "list.txt" batch_size: 2 new_height: 16 new_width: 16 } }
      layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
        convolution_param { num_output: 16 kernel_size: 3 weight_filler { type: "xavier" } } }
      layer { name: "ip" type: "InnerProduct" bottom: "conv" top: "ip" inner_product_param { num_output: 2 } }
      layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }
      """, to: folder("net.prototxt"))
    try writeText(
      """
      net: "net.prototxt" base_lr: 0.001 lr_policy: "fixed" max_iter: 1000000000 display: 1 snapshot_after_train: false
      """, to: folder("solver.prototxt"))
  }

  /// Starts a run that never ends by itself.
  private func start(_ options: [String], _ environment: [String: String]) throws -> (process: Process, log: Pipe) {
    let log = Pipe()
    // Some builds of OpenBLAS start threads of their own.
    let process = try Invocation(
      ProgramRun.path, ["train", "--solver", "solver.prototxt", "--conv-algorithm", "fixed"] + options, in: folder.path,
      environment: ["OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"].merging(environment) { $1 }
    ).start(errors: log)
    return (process, log)
  }

  /// What the threads of a run may run on, once it has computed and read data, and its log up to then.
  private func threads(
    _ options: [String], _ environment: [String: String] = [:]
  ) throws -> (may: [String], log: String) {
    let (process, log) = try start(options, environment)
    defer {
      // A process inherits what the thread that starts it has blocked, and the tests' threads block gentler signals.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    var text = ""
    while !text.contains("Iteration 2,") {
      let more = log.fileHandleForReading.availableData
      guard !more.isEmpty else { break }
      text += String(decoding: more, as: UTF8.self)
    }
    let tasks = "/proc/\(process.processIdentifier)/task"
    return (try FileManager.default.contentsOfDirectory(atPath: tasks).map { try processors("\(tasks)/\($0)") }, text)
  }

  private func processors(_ process: String) throws -> String {
    let status = try readText(process + "/status")
    return String(try #require(status.firstMatch(of: /Cpus_allowed_list:\s*(\S+)/)).1)
  }

  /// All that the tests may run on; nil, and a note, where that is one processor.
  private func several() throws -> String? {
    let all = try processors("/proc/self")
    if Int(all) == nil { return all }
    print("SKIPPED: threads are not seen pinned, because the tests have one processor")
    return nil
  }

  @Test func threadsHaveAProcessorEach() throws {
    guard let all = try several() else { return }
    let (may, log) = try threads(["--pin-threads"])
    let pinned = may.compactMap { Int($0) }.sorted()
    #expect(pinned.count == 2 && Set(pinned).count == 2, "\(may) \(log)")
    let free = may.filter { Int($0) == nil }
    #expect(free == [all], "the thread that reads data")
    let said = log.firstMatch(of: /Computing threads are pinned to the processors (\d+), (\d+)\./)
    #expect([said?.1, said?.2].compactMap { $0.flatMap { Int($0) } }.sorted() == pinned, "\(log)")
  }

  @Test func threadsAreFreeUnlessAsked() throws {
    guard let all = try several() else { return }
    let (may, log) = try threads([])
    #expect(may == [all, all, all], "\(log)")
    #expect(!log.contains("pinned"))
  }

  @Test func theUsersEnvironmentStands() throws {
    guard let all = try several() else { return }
    let (may, log) = try threads([], ["OMP_PROC_BIND": "close"])
    #expect(Set(may.compactMap { Int($0) }).count == 2 && may.contains(all), "\(may) \(log)")
  }

  @Test(arguments: [
    (["OMP_PROC_BIND": "false"], "OpenMP binds none, with OMP_PROC_BIND=false\n"),
    (["OMP_NUM_THREADS": "\(ProcessInfo.processInfo.processorCount + 1)"], "threads have no more than "),
  ])
  func refusesWhatCannotBe(_ environment: [String: String], _ message: String) throws {
    let (process, log) = try start(["--pin-threads"], environment)
    let errors = String(decoding: try log.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    let last = errors.split(separator: "\n", omittingEmptySubsequences: true).last ?? ""
    #expect(last.hasPrefix("caffe-increg: pinning threads on backend 'oneDNN': "), "\(errors)")
    #expect(errors.contains(message), "\(errors)")
  }
}
