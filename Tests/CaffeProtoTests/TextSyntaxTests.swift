import CaffeProto
import Testing

/// What the text format allows; GoldenTextTests has longer texts, and protoc's opinion of them.
@Suite struct TextSyntaxTests {
  private func solver(_ text: String) throws -> SolverParameter { try SolverParameter(text: text) }

  @Test func punctuation() throws {
    let expected = SolverParameter.with {
      $0.net = "a"
      $0.trainState.level = 1
      $0.testIter = [1, 2]
      $0.testState = [.with { $0.level = 1 }, .with { $0.level = 2 }, .init()]
    }
    for text in [
      "net: \"a\" train_state { level: 1 } test_iter: 1 test_iter: 2 "
        + "test_state { level: 1 } test_state { level: 2 } test_state { }",
      "net:'a';train_state:<level:1,>,test_iter:[1,2];test_state:[{level:1},<level:2>]test_state[{}]",
      "\u{feff}# comment\r\n\tnet\n:\n\"a\"#c\ntrain_state:{level # c\n:1;}test_iter:[1]test_iter:[]test_iter:[2]"
        + " test_state<level:1>test_state{level:2}test_state[<>]# the end",
    ] { #expect(try solver(text) == expected, "\(text)") }
    #expect(try solver("") == SolverParameter() && solver(" # nothing") == SolverParameter())
  }

  @Test func integers() throws {
    let values: [(String, Int)] = [
      ("0", 0), ("-0", 0), ("017", 15), ("-017", -15), ("0x1F", 31), ("-0X1f", -31), ("- 5", -5),
      ("2147483647", 2_147_483_647), ("-2147483648", -2_147_483_648),
    ]
    for (text, value) in values { #expect(try solver("max_iter: \(text)").maxIter == value, "\(text)") }
    #expect(try solver("random_seed: 9223372036854775807").randomSeed == .max)
    #expect(try solver("random_seed: -0x8000000000000000").randomSeed == .min)
    #expect(try ConvolutionParameter(text: "num_output: 4294967295").numOutput == 4_294_967_295)
  }

  @Test func floats() throws {
    let values: [(String, Float)] = [
      ("0", 0), ("1", 1), ("1.", 1), (".5", 0.5), ("1f", 1), ("1.5F", 1.5), ("1e3", 1000), ("1.E-2f", 0.01),
      ("0f", 0),
      ("-2.5e+1", -25), ("0.1", 0.1), ("inf", .infinity), ("-INF", -.infinity), ("Infinity", .infinity),
      ("1e400", .infinity), ("1e-400", 0), ("16777217", 16_777_216),
      ("12345678901234567890123", 1.2345679e22),
      ("1.00000005960464477539062", 1),  // read as a double first, as protobuf does, so it rounds twice
    ]
    for (text, value) in values { #expect(try solver("base_lr: \(text)").baseLr == value, "\(text)") }
    #expect(try solver("base_lr: nan").baseLr.isNaN && solver("base_lr: -NaN").baseLr.isNaN)
    #expect(try solver("base_lr: -0").baseLr.sign == .minus)
    #expect(try BlobProto(text: "double_data: [0.1, 1e300]").doubleData == [0.1, 1e300])
  }

  @Test func boolsAndEnums() throws {
    for text in ["true", "True", "t", "1", "0x1", "01"] {
      #expect(try solver("debug_info: \(text)").debugInfo, "\(text)")
    }
    for text in ["false", "False", "f", "0", "00"] {
      let value = try solver("debug_info: \(text)")
      #expect(value.hasDebugInfo && !value.debugInfo, "\(text)")
    }
    #expect(try solver("solver_mode: CPU").solverMode == .cpu && solver("solver_mode: 0").solverMode == .cpu)
    #expect(try solver("snapshot_format: 0x0").snapshotFormat == .hdf5)
  }

  @Test func strings() throws {
    let values: [(String, String)] = [
      (#""""#, ""), (#"'it"s'"#, "it\"s"), (#""a" 'b'"# + "\n\"c\"", "abc"),
      (#""\a\b\f\n\r\t\v""#, "\u{7}\u{8}\u{c}\n\r\t\u{b}"),
      (#""\\\'\"\?""#, "\\'\"?"), (#""\1012\7x""#, "A2\u{7}x"), (#""\x41g\X4""#, "Ag\u{4}"),
      (#""\u00e9\U0001f600""#, "é😀"), (#""\ud83d\ude00""#, "😀"), (#""\303\251""#, "é"), ("\"é😀\"", "é😀"),
    ]
    for (text, value) in values { #expect(try solver("net: \(text)").net == value, "\(text)") }
    #expect(try Datum(text: #"data: "\0\377\xfe\n""#).data == [0, 255, 254, 10])
  }

  @Test func emptyStringIsSet() throws {
    let solver = try solver("net: ''")
    #expect(solver.hasNet && solver.net.isEmpty)
    #expect(try SolverParameter(serialized: solver.serialized()).hasNet)
    #expect(try solver.text() == "net: \"\"\n")
  }

  @Test func commentsMayHoldAnything() throws {
    let text = Array("# \u{0} ".utf8) + [0xff, 0xc3] + Array("\nmax_iter: 3".utf8)
    #expect(try SolverParameter(text: text, file: "x").maxIter == 3)
  }
}
