import Testing

@testable import caffe_increg

@Suite struct ArgumentNormalizerTests {
  @Test(arguments: [
    ("train -solver x", "train --solver x"),
    ("train --solver=x", "train --solver=x"),
    ("-solver=x train", "train --solver=x"),
    ("--solver=x -weights w train", "train --solver=x --weights w"),
    ("train -gpu -1 -solver x", "train --gpu=-1 --solver x"),
    ("train -gpu=-1", "train --gpu=-1"),
    ("-h", "-h"),
    ("help train", "help train"),
    ("-help train", "train --help"),
    ("test --model m -- -x", "test --model m -- -x"),
    ("convert a -b", "convert a -b"),
    ("-nogray time a -gray=True b --check=0 --gray=maybe", "time --gray a b --gray=maybe"),
    ("time -gray --nogray a --check -- --gray", "time --check a -- --gray"),
    ("train --nogray --gray=1", "train --nogray --gray=1"),
    ("time --nogray=1 --nocheck", "time --nogray=1"),
  ])
  func spellings(_ given: String, _ expected: String) {
    func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
    #expect(
      normalized(words(given), commands: ["help", "train", "test", "time"], switches: ["time": ["gray", "check"]])
        .joined(separator: " ") == expected)
  }
}
