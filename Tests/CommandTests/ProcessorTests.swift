import Testing

@testable import caffe_increg

@Suite struct ProcessorTests {
  @Test func fromItsDescription() {
    // Shortened from an x86 and an ARM machine's /proc/cpuinfo.
    let x86 = Processor(
      description: "processor\t: 0\nmodel name\t: Some CPU @ 2.0GHz\nflags\t\t: fpu avx2 avx sse4_2 avx512f\n\n",
      cores: 2)
    #expect(x86.name == "Some CPU @ 2.0GHz" && x86.extensions == ["sse4_2", "avx", "avx2", "avx512f"])
    let arm = Processor(description: "Features\t: fp asimd sve\nCPU implementer\t: 0x41\n", cores: 4)
    #expect(arm.name == "0x41" && arm.extensions == ["asimd", "sve"] && arm.cores == 4)
    #expect(Processor(description: "", cores: 1).name == "unknown CPU")
  }

  @Test func thisOne() throws {
    let processor = try Processor.current()
    #expect(processor.cores > 0 && !processor.extensions.isEmpty)
  }
}
