import CaffeProto
import Testing
import TestSupport

/// The texts of Tests/Golden/prototxt, against what protoc made of them.
@Suite struct GoldenTextTests {
  @Test(arguments: goldenNames)
  func printsWhatProtocPrints(_ name: String) throws {
    name.hasSuffix("solver") ? try check(name, SolverParameter.self) : try check(name, NetParameter.self)
  }

  private func check<M: Message>(_ name: String, _: M.Type) throws {
    let expected = try readText(golden(name + ".pbtxt"))
    let message = try M(textFile: golden(name + ".prototxt"))
    #expect(try message.text() == expected)
    // by bits: the texts hold a NaN, which is not equal to itself
    let again = try M(text: expected)
    #expect(try again.text() == expected)
    #expect(try again.serialized() == message.serialized())
    #expect(try M(serialized: message.serialized()).text() == expected)

    guard Protoc.path != nil else {
      print("SKIPPED: protoc is not installed, \(name) is not compared with it")
      return
    }
    let text = try readBytes(golden(name + ".prototxt"))
    #expect(try Protoc.run("encode", M.descriptor.name, text) == message.serialized())
    #expect(try Protoc.run("decode", M.descriptor.name, message.serialized()) == Array(expected.utf8))
  }

  @Test func protocRefusesWhatWeRefuse() throws {
    guard Protoc.path != nil else {
      print("SKIPPED: protoc is not installed, its errors are not compared with ours")
      return
    }
    // Where we are stricter: escapes that are no byte and no character, and NUL and invalid UTF-8 in a string.
    let stricter = [
      #"net: "\400""#, #"net: "\ud83d""#, #"net: "\U00110000""#, #"net: "\0""#, #"net: 'a' "\377""#,
    ]
    for (text, _, _, _) in TextErrorTests.solver where !stricter.contains(text) {
      #expect(try Protoc.run("encode", "SolverParameter", Array(text.utf8)) == nil, "\(text)")
    }
  }

  @Test func printsFloatsAsProtobufDoes() throws {
    let values: [(Float, String)] = [
      (0, "0"), (-0.0, "-0"), (1, "1"), (0.1, "0.1"), (1 / 3, "0.333333343"), (1e-8, "1e-08"),
      (16_777_216, "16777216"),
      (1e6, "1e+06"), (123_456, "123456"), (.infinity, "inf"), (-.infinity, "-inf"), (-.nan, "nan"),
      (.leastNonzeroMagnitude, "1.40129846e-45"), (.greatestFiniteMagnitude, "3.40282347e+38"),
    ]
    for (value, text) in values {
      #expect(try SolverParameter.with { $0.baseLr = value }.text() == "base_lr: \(text)\n")
    }
    #expect(
      try BlobProto.with { $0.doubleData = [0.1, 1.0 / 3] }.text()
        == "double_data: 0.1\ndouble_data: 0.33333333333333331\n")
  }

  @Test func printsBytesAsEscapes() throws {
    let datum = Datum.with { $0.data = Array("a\"'\\\n\r\t".utf8) + [0, 127, 255] }
    #expect(try datum.text() == #"data: "a\"\'\\\n\r\t\000\177\377""# + "\n")
    #expect(try Datum(text: datum.text()) == datum)
  }
}
