import Foundation
import Testing
import TestSupport

@testable import caffe_increg

/// `scripts/install.sh` into an empty folder.
@Suite struct InstallTests {
  @Test func putsAllUnderAPrefix() throws {
    let folder = try TemporaryFolder()
    let run = try Invocation(
      TestFiles.package + "/scripts/install.sh", ["--prefix", folder.path, "--program", ProgramRun.path]
    ).run()
    #expect(run.status == 0, "\(run.errors)")
    #expect(folder.entries(in: "bin").contains("caffe") && folder.entries(in: "bin").contains("compute_image_mean"))
    let version = try Invocation(folder("bin/caffe"), ["--version"]).run()
    #expect(version.output.contains(/^\d+\.\d+/))
    // From a folder that knows nothing of the sources.
    let tables = try Invocation(folder("bin/caffe-increg"), ["reproduce", "flops", "greg-3"], in: folder.path).run()
    #expect(tables.status == 0 && tables.output.contains("resnet50-3.06-greg1"), "\(tables)")
    #expect(folder.entries(in: "share/caffe-increg/recipes").contains("resnet50-imagenet"))
    let page = try readText(folder("share/man/man1/caffe-increg.1"))
    for command in CaffeIncReg.shownNames { #expect(page.contains(".SS \(command)\n"), "\(command)") }
    #expect(page.contains("\\fB\\-\\-solver\\fR \\fIprototxt\\fR"))
    if FileManager.default.fileExists(atPath: "/usr/bin/man") {
      let shown = try Invocation("/usr/bin/man", ["-l", folder("share/man/man1/caffe-increg.1")]).run()
      #expect(shown.status == 0 && shown.output.contains("--solver"))
    }
    for (shell, file) in [
      ("bash", "bash-completion/completions/caffe-increg"), ("zsh", "zsh/site-functions/_caffe-increg"),
      ("fish", "fish/vendor_completions.d/caffe-increg.fish"),
    ] {
      let script = try readText(folder("share/" + file))
      #expect(script.contains("conv-algorithm") && script.contains("convert_mnist_siamese_data"), "\(shell)")
      guard let path = ["/usr/bin/", "/bin/"].map({ $0 + shell }).first(where: FileManager.default.fileExists) else {
        print("SKIPPED \(#function): no \(shell) here")
        continue
      }
      #expect(try Invocation(path, ["-n", folder("share/" + file)]).run().status == 0)
    }
  }

  /// Shells look under the name that is typed, also where that is a tool's.
  @Test func everyNameHasItsCompletion() throws {
    let folder = try TemporaryFolder()
    let run = try Invocation(
      TestFiles.package + "/scripts/install.sh", ["--prefix", folder.path, "--program", ProgramRun.path]
    ).run()
    #expect(run.status == 0 && run.output.contains("XDG_DATA_DIRS"), "\(run)")
    let names = folder.entries(in: "bin")
    #expect(names.count == 13, "\(names)")
    for name in names {
      let fish = "share/fish/vendor_completions.d/\(name).fish"
      #expect(try readText(folder("share/bash-completion/completions/\(name)")).contains(" \(name)\n"), "\(name)")
      #expect(try readText(folder("share/zsh/site-functions/_\(name)")).hasPrefix("#compdef \(name)\n"), "\(name)")
      #expect(try readText(folder(fish)).contains("complete -c '\(name)'"), "\(name)")
    }
    guard FileManager.default.fileExists(atPath: "/usr/bin/fish") else { return print("SKIPPED \(#function): no fish") }
    for (line, offered) in [
      ("caffe-increg sli", "slim"), ("caffe_increg train --sn", "--snapshot"), ("compute_image_mean --ba", "--backend"),
      ("caffe train --sigint_effect st", "stop"), ("caffe-increg reproduce fl", "flops"),
    ] {
      let name = line.split(separator: " ")[0]
      let fish = try Invocation(
        "/usr/bin/fish",
        ["-c", "source \(folder("share/fish/vendor_completions.d/\(name).fish")); complete -C '\(line)'"],
        environment: ["HOME": folder.path, "PATH": "\(folder("bin")):/usr/bin:/bin"]
      ).run()
      #expect(fish.output.split { "\t\n".contains($0) }.first.map(String.init) == offered, "\(line): \(fish)")
    }
  }

  /// What bash offers behind a command line.
  @Test(arguments: [("sli", "slim"), ("train --solv", "--solver"), ("train --solver so", "solver.prototxt")])
  func bashCompletes(_ typed: String, _ offered: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "solver.prototxt")
    let script = try Invocation(ProgramRun.path, ["--generate-completion-script", "bash"]).run().output
    try folder.write(script, to: "completion.bash")
    let line = "caffe-increg " + typed
    let words = line.split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
    let run = try Invocation(
      "/bin/bash",
      [
        "-c",
        """
        . ./completion.bash; COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(\(words))
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); set -- $(complete -p caffe-increg)
        while [ "$1" != -F ]; do shift; done
        $2 caffe-increg "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"; printf '%s\\n' "${COMPREPLY[@]}"
        """,
      ], in: folder.path
    ).run()
    #expect(run.output.split(separator: "\n").map { $0.split(separator: " ").joined() }.contains(offered), "\(run)")
  }
}
