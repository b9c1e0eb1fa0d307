// swift-tools-version:6.2
import PackageDescription

let strictSwift: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

// Kernels are called from tests and tools alike: they stay optimised in debug builds too.
let optimisedC: [CSetting] = strictC + [.unsafeFlags(["-O3"])]

let package = Package(
  name: "caffe-increg",
  products: [
    // Hostile inputs and what takes them: for Fuzz, which builds it with checks.
    .library(name: "Hostile", targets: ["Hostile"]),
    .executable(name: "caffe-increg", targets: ["caffe-increg"]),
    .library(
      name: "CaffeIncReg",
      targets: [
        "Base", "CaffeProto", "NetIO", "NetModel", "ONNX", "Engine", "Layers", "Pruning", "Slimming", "Solver",
        "IncRegSolver", "Budgets", "OpenMPI",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // For scripts/documentation.sh only.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // The modules, lowest first; docs/architecture.md says what each is for.
    .target(name: "Base", swiftSettings: strictSwift),
    .target(
      name: "CaffeProto", dependencies: ["Base", "CCaffeProto"], exclude: ["C"], swiftSettings: strictSwift),
    .target(
      name: "NetIO",
      dependencies: ["Base", "CaffeProto", "CNetIO", "CLMDB", "CLevelDB", "CZlib", "CCrypto"], exclude: ["C"],
      swiftSettings: strictSwift,
      // The static library: of the shared one a program that hashes a file loads all.
      linkerSettings: [.linkedLibrary(":libcrypto.a")]),
    .target(name: "NetModel", dependencies: ["Base", "CaffeProto"], swiftSettings: strictSwift),
    .target(
      name: "ONNX", dependencies: ["Base", "CaffeProto", "NetIO", "NetModel"], swiftSettings: strictSwift),
    .target(name: "Engine", dependencies: ["Base", "NetModel", "CKernels"], swiftSettings: strictSwift),
    .target(
      name: "Layers", dependencies: ["Base", "Engine", "NetModel", "NetIO", "ONNX"], swiftSettings: strictSwift),
    .target(name: "Pruning", dependencies: ["Base", "Engine", "NetModel"], swiftSettings: strictSwift),
    .target(
      name: "Slimming", dependencies: ["Base", "Pruning", "Layers", "Engine", "NetModel", "NetIO"],
      swiftSettings: strictSwift),
    .target(name: "Solver", dependencies: ["Base", "Engine", "NetModel", "NetIO"], swiftSettings: strictSwift),
    .target(name: "OpenMPI", dependencies: ["Base", "Engine"], swiftSettings: strictSwift),
    .target(name: "Report", dependencies: ["Base"], swiftSettings: strictSwift),
    .target(name: "IncRegSolver", dependencies: ["Base", "Pruning", "Solver"], swiftSettings: strictSwift),
    .target(
      name: "Budgets",
      dependencies: ["Base", "CaffeProto", "Engine", "Layers", "NetModel", "Pruning", "Slimming", "Solver"],
      swiftSettings: strictSwift),
    .executableTarget(
      name: "caffe-increg",
      dependencies: [
        "Base", "Budgets", "IncRegSolver", "ONNX", "OpenMPI", "Pruning", "Report", "Slimming",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strictSwift),

    // The example's data: handwritten-like digits, made on the spot.
    .executableTarget(
      name: "make-digits", path: "examples/lenet5/Digits", swiftSettings: strictSwift),

    // C below them.
    .target(
      name: "CCaffeProto", dependencies: ["CProtobufC"], path: "Sources/CaffeProto/C",
      cSettings: strictC),
    .target(
      name: "CNetIO", dependencies: ["CTurboJPEG", "CPNG"], path: "Sources/NetIO/C",
      cSettings: strictC,
      // The static library: Debian's shared one brings forty others, for files on remote machines.
      linkerSettings: [.linkedLibrary(":libhdf5_serial.a"), .linkedLibrary("sz"), .linkedLibrary("z")]),
    .target(
      name: "CKernels", dependencies: ["COpenBLAS"], path: "Sources/Kernels",
      cSettings: optimisedC,
      linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
    .systemLibrary(
      name: "CProtobufC", path: "Sources/System/CProtobufC", pkgConfig: "libprotobuf-c",
      providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(
      name: "CLMDB", path: "Sources/System/CLMDB", pkgConfig: "lmdb",
      providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(
      name: "CLevelDB", path: "Sources/System/CLevelDB", providers: [.apt(["libleveldb-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG", path: "Sources/System/CTurboJPEG", pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(
      name: "CPNG", path: "Sources/System/CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CCrypto", path: "Sources/System/CCrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/System/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-openmp-dev"])]),

    // Inputs as strangers may send them, what takes them, and a program that feeds it.
    .target(
      name: "Hostile", dependencies: ["Base", "CaffeProto", "NetIO", "Layers", "Engine", "Pruning", "Slimming"],
      path: "Tests/Hostile", swiftSettings: strictSwift),
    .executableTarget(name: "feed", dependencies: ["Hostile"], path: "Tests/Feed", swiftSettings: strictSwift),

    // Tests. Tests/Golden holds the numbers they compare with, and says where those come from.
    .target(
      name: "TestSupport", dependencies: ["Layers", "Engine", "NetIO"], path: "Tests/TestSupport",
      swiftSettings: strictSwift),
    .testTarget(name: "BaseTests", dependencies: ["Base"], swiftSettings: strictSwift),
    .testTarget(
      name: "CaffeProtoTests", dependencies: ["CaffeProto", "Hostile", "TestSupport"], swiftSettings: strictSwift),
    .testTarget(
      name: "NetIOTests", dependencies: ["NetIO", "Hostile", "TestSupport"], swiftSettings: strictSwift),
    .testTarget(
      name: "NetModelTests", dependencies: ["NetModel", "Layers", "TestSupport"],
      swiftSettings: strictSwift),
    .testTarget(
      name: "EngineTests", dependencies: ["Engine", "CKernels", "Layers", "TestSupport"],
      swiftSettings: strictSwift),
    .testTarget(
      name: "LayersTests", dependencies: ["Layers", "Hostile", "TestSupport"], swiftSettings: strictSwift),
    .testTarget(
      name: "PruningTests", dependencies: ["Pruning", "Layers", "TestSupport"], swiftSettings: strictSwift),
    .testTarget(
      name: "SlimmingTests", dependencies: ["Slimming", "Hostile", "TestSupport"], swiftSettings: strictSwift),
    .testTarget(
      name: "BudgetsTests", dependencies: ["Budgets", "TestSupport"], swiftSettings: strictSwift),
    .testTarget(
      name: "SolverTests", dependencies: ["Solver", "Layers", "TestSupport"], swiftSettings: strictSwift),
    .testTarget(
      name: "IncRegSolverTests", dependencies: ["IncRegSolver", "Slimming", "TestSupport"],
      swiftSettings: strictSwift),
    .testTarget(name: "ReportTests", dependencies: ["Report", "TestSupport"], swiftSettings: strictSwift),
    .testTarget(
      name: "CommandTests", dependencies: ["caffe-increg", "make-digits", "TestSupport"], swiftSettings: strictSwift),
  ]
)
