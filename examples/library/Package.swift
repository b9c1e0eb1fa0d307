// swift-tools-version:6.2
import PackageDescription

// A package of its own, as one of yours would be; `.package(url:)` with this repository's address does the same.
let package = Package(
  name: "library",
  dependencies: [.package(name: "caffe-increg", path: "../..")],
  targets: [
    .executableTarget(name: "library", dependencies: [.product(name: "CaffeIncReg", package: "caffe-increg")])
  ]
)
