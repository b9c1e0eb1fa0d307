// swift-tools-version:6.2
import PackageDescription

// Fuzzing of what reads files. scripts/hostile.sh builds and runs it; the ordinary build does not.
let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "caffe-increg", path: "..")],
  targets: [
    .executableTarget(
      name: "fuzz", dependencies: [.product(name: "Hostile", package: "caffe-increg")],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ]
)
