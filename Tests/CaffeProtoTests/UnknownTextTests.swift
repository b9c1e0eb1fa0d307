import CaffeProto
import Testing

/// Fields that the schema does not have, kept as text.
@Suite struct UnknownTextTests {
  private func read(_ text: String, limits: TextLimits = TextLimits()) throws -> (NetParameter, [UnknownTextField]) {
    var unknown: [UnknownTextField] = []
    let net = try NetParameter(text: Array(text.utf8), file: "n.prototxt", limits: limits) { unknown = $0 }
    return (net, unknown)
  }

  static let fork = """
    name: "n"
    layer {
      name: "p"
      type: "Pooling"
      pooling_param {
        kernel_size: 2
        shape_of_pad {
          kind: ROUND
          size: [1, -2.5e3]
          inner {
            text: "a\\"b" 'c'
          }
        }
        weird: -inf
      }
      quantization_param: <
        x: [{ a: 1 }, < b: 2; >],
      >
      forward_type: "FLOAT16"
    }
    global_flag: true

    """

  @Test func areWrittenBackBehindTheOthers() throws {
    let (net, unknown) = try read(Self.fork)
    #expect(unknown.map(\.name) == ["shape_of_pad", "weird", "quantization_param", "forward_type", "global_flag"])
    #expect(unknown.map(\.error.line) == [7, 14, 16, 19, 21])
    #expect(unknown.map(\.layer) == [0, 0, 0, 0, nil])
    #expect(
      unknown[1].error.description
        == "n.prototxt:14:5: PoolingParameter has no field \"weird\" (in NetParameter.layer[0].pooling_param)")
    let text = try net.text()
    #expect(
      text == """
        name: "n"
        layer {
          name: "p"
          type: "Pooling"
          pooling_param {
            kernel_size: 2
            shape_of_pad {
              kind: ROUND
              size: [1, -2.5e3]
              inner {
                text: "a\\"b" 'c'
              }
            }
            weird: -inf
          }
          quantization_param {
            x: [{
              a: 1
            }, {
              b: 2
            }]
          }
          forward_type: "FLOAT16"
        }
        global_flag: true

        """)
    #expect(try read(text).0 == net)
    // Nobody knows their numbers.
    #expect(
      try NetParameter(serialized: net.serialized()).text()
        == NetParameter(
          text: """
            name: "n" layer { name: "p" type: "Pooling" pooling_param { kernel_size: 2 } }
            """
        ).text())
  }

  @Test func valuesOfEnumsToo() throws {
    let (net, unknown) = try read("layer { pooling_param { pool: LP stride: 2 engine: MKL2017 } include { phase: 7 } }")
    #expect(unknown.map(\.name) == ["pool: LP", "engine: MKL2017", "phase: 7"])
    #expect(unknown.map(\.isHarmless) == [false, true, false])
    #expect(!net.layer[0].poolingParam.hasPool)
    #expect(try net.text().contains("    stride: 2\n    pool: LP\n    engine: MKL2017\n"))
  }

  @Test func olderLayersKeepTheirs() throws {
    var (net, unknown) = try read("layers { name: 'a' type: RELU relu_param { mode: 1 } extra: 2 }")
    #expect(unknown.map(\.layer) == [0, 0])
    let steps = try net.upgrade()
    #expect(steps.flatMap(\.ignored).isEmpty)
    #expect(try net.text().contains("    mode: 1\n  }\n  extra: 2\n"))
    var (typed, types) = try read("layers { name: 'a' type: ROI_POOLING extra: 2 } layers { name: 'b' type: BN }")
    #expect(types.map(\.name) == ["type: ROI_POOLING", "extra", "type: BN"])
    #expect(types.allSatisfy { $0.name == "extra" || !$0.isHarmless })
    _ = try typed.upgrade()
    #expect(typed.layer.map(\.type) == ["ROIPooling", "BN"])
    #expect(try !typed.text().contains("ROI_POOLING"))
  }

  @Test func otherUnknownFieldsStayComments() throws {
    var (net, _) = try read("extra: 2")
    net.unknownFields += [0xf8, 0x3f, 5]  // field 1023, varint 5
    #expect(try net.text() == "extra: 2\n# 1 bytes of unknown fields, the first with number 1023\n")
    #expect(try net.serialized() == [0xf8, 0x3f, 5])
  }

  @Test(arguments: [
    ("layer { extra 5 }", "expected \":\""), ("layer { extra: }", "expected a value"),
    ("layer { extra { a: 1 }", "expected a field name"), ("layer { extra: [1 2] }", "expected \",\""),
    ("layer { extra: -'a' }", "expected a value"), ("layer { extra: 089 }", "malformed number"),
    ("layer { extra { [a.b]: 1 } }", "expected a field name"), ("layer { nam: 'a' name: 5 }", "expected a string"),
  ])
  func whatIsNoTextIsRefused(_ text: String, _ cause: String) throws {
    let error = #expect(throws: TextFormatError.self) { try read(text) }
    #expect("\(try #require(error))".contains(cause))
  }

  @Test func limitsHold() throws {
    var limits = TextLimits()
    limits.depth = 4
    _ = try read("layer { a { b { } } }", limits: limits)
    #expect(throws: TextFormatError.self) { try read("layer { a { b { c { } } } }", limits: limits) }
    limits = TextLimits()
    limits.messages = 3
    #expect(throws: TextFormatError.self) { try read("layer { a: [{}, {}, {}] }", limits: limits) }
  }
}
