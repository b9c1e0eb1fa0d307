import CaffeProto
import Testing
import TestSupport

/// What the text format forbids, and where the error points.
@Suite struct TextErrorTests {
  /// A text, where the error is, and what it says.
  static let solver: [(text: String, line: Int, column: Int, message: String)] = [
    ("max_itr: 5", 1, 1, "SolverParameter has no field \"max_itr\"; did you mean \"max_iter\"?"),
    (
      "net: \"a\"\n  stepvalues: 5", 2, 3,
      "SolverParameter has no field \"stepvalues\"; did you mean \"stepvalue\"?"
    ),
    ("lr_polciy: \"x\"", 1, 1, "SolverParameter has no field \"lr_polciy\"; did you mean \"lr_policy\"?"),
    ("if_eswpf: true", 1, 1, "SolverParameter has no field \"if_eswpf\"; did you mean \"IF_eswpf\"?"),
    ("quite_unlike: 1", 1, 1, "SolverParameter has no field \"quite_unlike\""),
    ("# comment\n\n\tmax_iter 5", 3, 11, "expected \":\", found \"5\""),
    ("max_iter: \"5\"", 1, 11, "expected an integer, found a string"),
    ("max_iter: 1.5", 1, 11, "expected an integer, found \"1.5\""),
    ("max_iter: +5", 1, 11, "expected an integer, found \"+\""),
    ("max_iter: five", 1, 11, "expected an integer, found \"five\""),
    ("max_iter:", 1, 10, "expected an integer, found the end of the text"),
    ("max_iter: 2147483648", 1, 11, "max_iter: 2147483648 is out of the range of int32"),
    ("max_iter: -0x80000001", 1, 11, "max_iter: -0x80000001 is out of the range of int32"),
    (
      "random_seed: 9223372036854775808", 1, 14,
      "random_seed: 9223372036854775808 is out of the range of int64"
    ),
    ("max_iter: 089", 1, 11, "malformed number 089"),
    ("max_iter: 0x", 1, 11, "malformed number 0x"),
    ("max_iter: 1display: 2", 1, 11, "malformed number 1display"),
    ("base_lr: 1.2.3", 1, 10, "malformed number 1.2.3"),
    ("base_lr: 1e", 1, 10, "malformed number 1e"),
    ("base_lr: 0x10", 1, 10, "expected a decimal number, found \"0x10\""),
    ("base_lr: 010", 1, 10, "expected a decimal number, found \"010\""),
    ("base_lr: infinite", 1, 10, "expected a decimal number, found \"infinite\""),
    ("debug_info: yes", 1, 13, "expected true or false, found \"yes\""),
    ("debug_info: 2", 1, 13, "expected true or false, found \"2\""),
    ("solver_mode: TPU", 1, 14, "solver_mode cannot be TPU; it is one of CPU, GPU"),
    ("solver_mode: 7", 1, 14, "solver_mode cannot be 7; it is one of CPU, GPU"),
    ("solver_mode: \"GPU\"", 1, 14, "expected a value of solver_mode, found a string"),
    ("net: lenet.prototxt", 1, 6, "expected a string, found \"lenet\""),
    ("net: \"a", 1, 6, "the string does not end on its line"),
    ("net: \"a\nb\"", 1, 6, "the string does not end on its line"),
    ("net: \"ab\\q\"", 1, 9, "\\q is not an escape sequence"),
    ("net: \"\\xg\"", 1, 7, "\\x is not an escape sequence"),
    ("net: \"\\400\"", 1, 7, "\\400 is not an escape sequence"),
    ("net: \"\\u12\"", 1, 7, "\\u12 is not an escape sequence"),
    ("net: \"\\ud83d\"", 1, 7, "\\ud83d is not an escape sequence"),
    ("net: \"\\U00110000\"", 1, 7, "\\U00110000 is not an escape sequence"),
    ("net: 'a' \"\\377\"", 1, 6, "net: the string is not UTF-8"),
    ("net: \"\\0\"", 1, 6, "net: the string holds a NUL character"),
    ("max_iter: 1\nmax_iter: 2", 2, 1, "max_iter is given twice"),
    ("net: ''\nnet: ''", 2, 1, "net is given twice"),
    ("train_state { } train_state { }", 1, 17, "train_state is given twice"),
    ("max_iter: [1]", 1, 11, "expected an integer, found \"[\""),
    ("test_iter: [1, 2,]", 1, 18, "expected an integer, found \"]\""),
    ("test_iter: [1 2]", 1, 15, "expected \",\" or \"]\", found \"2\""),
    ("train_state: 5", 1, 14, "expected \"{\", found \"5\""),
    ("train_state: < level: 1 }", 1, 25, "expected a field name or \">\", found \"}\""),
    ("train_state {", 1, 14, "expected a field name or \"}\", found the end of the text"),
    ("net: 'é' }", 1, 10, "expected a field name, found \"}\""),
    ("24: \"a\"", 1, 1, "expected a field name, found \"24\""),
    ("net: 'a',, max_iter: 1", 1, 10, "expected a field name, found \",\""),
    ("é: 1", 1, 1, "expected a field name, found \"é\""),
    ("[caffe.extra]: 1", 1, 1, "extensions are not supported: [caffe.extra]"),
    ("[type.googleapis.com/a.B] { }", 1, 1, "extensions are not supported: [type.googleapis.com/a.B]"),
  ]

  @Test(arguments: solver)
  func solverText(_ text: String, _ line: Int, _ column: Int, _ message: String) throws {
    let error: TextFormatError = try failure { _ = try SolverParameter(text: text, file: "s.prototxt") }
    #expect(error.line == line && error.column == column && error.reason.description == message, "\(error)")
    #expect(error.description.hasPrefix("s.prototxt:\(line):\(column): \(message) (in SolverParameter"))
  }

  /// The same for nets, with the message that the place is in.
  static let net: [(text: String, line: Int, column: Int, path: String, message: String)] = [
    (
      "layer { name: \"a\" }\nlayer {\n  inner_product_param {\n    num_ouput: 10\n  }\n}", 4, 5,
      "layer[1].inner_product_param",
      "InnerProductParameter has no field \"num_ouput\"; did you mean \"num_output\"?"
    ),
    (
      "layer { center_loss_param { } }", 1, 9, "layer[0]", "LayerParameter has no field \"center_loss_param\""
    ),
    (
      "layer { convolution_param { pad: -1 } }", 1, 34, "layer[0].convolution_param",
      "pad: -1 is out of the range of uint32"
    ),
    ("layer { clip_param { min: 0 } }", 1, 29, "layer[0].clip_param", "required field max is missing"),
    (
      "layer { blobs { shape { dim: x } } }", 1, 30, "layer[0].blobs[0].shape",
      "expected an integer, found \"x\""
    ),
    ("layer { } layer { type: 5 }", 1, 25, "layer[1]", "expected a string, found \"5\""),
  ]

  @Test(arguments: net)
  func netText(_ text: String, _ line: Int, _ column: Int, _ path: String, _ message: String) throws {
    let error: TextFormatError = try failure { _ = try NetParameter(text: text, file: "n.prototxt") }
    #expect(error.description == "n.prototxt:\(line):\(column): \(message) (in NetParameter.\(path))")
  }

  @Test func limits() throws {
    let text = "layer { blobs { shape { } } }"
    var limits = TextLimits()
    limits.depth = 3
    var error: TextFormatError = try failure { _ = try NetParameter(text: text, limits: limits) }
    #expect(
      error.reason == .tooDeep(limit: 3) && error.column == 23
        && error.path == "NetParameter.layer[0].blobs[0]")
    limits.depth = 4
    limits.messages = 2
    error = try failure { _ = try NetParameter(text: text, limits: limits) }
    #expect(error.reason == .tooManyMessages(limit: 2) && error.column == 23)
    limits.messages = 3
    #expect(try NetParameter(text: text, limits: limits).layer.count == 1)
    limits.bytes = text.utf8.count - 1
    error = try failure { _ = try NetParameter(text: text, limits: limits) }
    #expect(error.reason == .tooLarge(bytes: text.utf8.count, limit: text.utf8.count - 1))
  }

  @Test func everyPrefixIsReadOrRefused() throws {
    let text = try readBytes(golden("strings.prototxt"))
    // The last layer begins at the last "layer" and ends with the last bracket: whatever is cut in it is missed.
    let start = try #require(text.indices.last { text[$0...].starts(with: "layer".utf8) })
    let end = try #require(text.lastIndex(of: UInt8(ascii: "}")))
    for length in 0...text.count {
      do {
        _ = try NetParameter(text: Array(text[..<length]), file: "x")
        #expect(length <= start || length > end, "\(length)")
      } catch let error as TextFormatError {
        #expect(length <= end, "\(error)")
      }
    }
  }
}
