import Foundation
import Testing
import TestSupport

@testable import caffe_increg

/// Every command and flag that README and `help` name is typed.
@Suite struct SpellingTests {
  private static let commands = CaffeIncReg.shownNames

  /// The flags in a text, with what each looks like.
  private func flags(in text: some StringProtocol) -> [String] {
    String(text).matches(of: /(?:^|[\s`(\[,])(--[a-zA-Z][\w-]*)/).map { String($0.1) }
  }

  @Test func helpListsEveryCommand() throws {
    let folder = try TemporaryFolder()
    let help = try ProgramRun.run("help", in: folder)
    #expect(help.status == 0 && help.errors == "")
    for command in Self.commands { #expect(help.output.contains(try Regex("\n +\(command)\\s"))) }
    #expect(!help.output.contains(" manual "))
    #expect(try ProgramRun.run("--help", in: folder).output == help.output)
  }

  /// The last flag on the line does not exist: that the error is about it means that all others do.
  @Test(arguments: commands) func helpOfACommandNamesFlagsThatExist(_ command: String) throws {
    let folder = try TemporaryFolder()
    let help = try ProgramRun.run("help \(command)", in: folder)
    #expect(help.status == 0 && help.errors == "")
    #expect(help.output.contains("USAGE: caffe-increg \(command) "), "\(help.output)")
    #expect(try ProgramRun.run("\(command) --help", in: folder).output == help.output)
    let options = help.output.split(separator: "\nOPTIONS:").last ?? ""
    let named = options.matches(of: /(?:^|\n)  (--[\w-]+)/).map { String($0.1) }.filter {
      !["--help", "--version", "--pin-threads"].contains($0)
    }
    let typed = try ProgramRun.run("\(command) \(named.joined(separator: " 1 ")) --nonsense", in: folder)
    #expect(typed.status == 1 && typed.output == "")
    #expect(typed.errors.contains("'\(command)' has no flag '--nonsense'"), "\(typed.errors)")
  }

  /// An action is an argument of its command, but people ask for its help as for a command's.
  @Test func helpOfAnActionIsThatOfItsCommand() throws {
    let folder = try TemporaryFolder()
    let whole = try ProgramRun.run("help reproduce", in: folder)
    for action in ["list", "show", "flops", "run", "report"] {
      let run = try ProgramRun.run("help reproduce \(action)", in: folder)
      #expect(run.status == 0 && run.errors == "" && run.output == whole.output, "\(run)")
    }
    for (line, message) in [
      (
        "help reproduce rnu",
        "'reproduce' has no action 'rnu'; did you mean 'run'? It has list, show, flops, run, report."
      ),
      ("help train solver", "there is no command 'solver'"),
      ("help trian run", "no command 'trian'; did you mean 'train'?"),
    ] {
      let run = try ProgramRun.run(line, in: folder)
      #expect(run.status == 1 && run.output == "" && run.errors.contains(message), "\(run)")
    }
  }

  /// Where no name is near, those that begin so, or are a program of Caffe's without its ending.
  @Test(arguments: [
    ("--hepl", "'caffe-increg' has no flag '--hepl'; did you mean '--help'?"),
    ("convert_imageset.bin -shuffle a b c", "no command 'convert_imageset.bin'; did you mean 'convert_imageset'?"),
    ("convert_mnist a b c", "did you mean 'convert_mnist_data' or 'convert_mnist_siamese_data'?"),
    ("help upgrade", "did you mean 'upgrade_net_proto_text' or "),
    ("slim --out x", "'slim' has no flag '--out'; did you mean '--out-model' or '--out-weights' or "),
    ("xyz", "there is no command 'xyz'. See"),
  ])
  func theBeginningOfANameIsEnough(_ line: String, _ message: String) throws {
    let run = try ProgramRun.run(line, in: TemporaryFolder())
    #expect(run.status == 1 && run.output == "" && run.errors.contains(message), "\(run)")
  }

  /// Dashes of texts that were copied from pages are told from those of a keyboard.
  @Test(arguments: ["—", "–", "−"]) func otherDashesAreNamed(_ dash: String) throws {
    for flag in ["weights", "ratio"] {
      let run = try ProgramRun.run("plan --model n \(dash)\(flag) w", in: TemporaryFolder())
      #expect(run.status == 1 && run.output == "", "\(run)")
      #expect(run.errors.contains("'plan' has no flag '\(dash)\(flag)'; did you mean '--\(flag)'?"), "\(run)")
    }
  }

  /// Words that later arguments take are no actions.
  @Test(arguments: ["extract_features lmdb", "convert_cifar_data x", "draw_net svg"])
  func commandsWithoutActionsHaveNone(_ line: String) throws {
    let run = try ProgramRun.run("help \(line)", in: TemporaryFolder())
    #expect(run.status == 1 && !run.errors.contains("action"), "\(run)")
    #expect(run.errors.contains("there is no command '\(line.split(separator: " ")[1])'"), "\(run)")
  }

  /// What is found to be wrong behind the parser is no question of usage.
  @Test func faultsOfARunShowNoUsage() throws {
    let folder = try ProgramRun.makeFolder()
    let run = try ProgramRun.run("summary --model net.prototxt --layer-shape nothing=3", in: folder)
    #expect(run.status == 1 && run.output == "", "\(run)")
    #expect(
      run.errors == "caffe-increg: a shape is given for 'nothing', but the net has no such blob or layer\n", "\(run)")
  }

  /// Stock Caffe takes all flags with all actions.
  @Test func flagsOfOtherActionsAreTakenWithAWord() throws {
    let folder = try ProgramRun.makeFolder()
    for (line, flags) in [
      ("device_query -gpu 0 -phase TEST -sighup_effect=none", ["--phase", "--sighup_effect"]),
      (
        "test -solver s -model net.prototxt -weights init.caffemodel -iterations 1 -snapshot x",
        ["--solver", "--snapshot"]
      ),
    ] {
      let run = try ProgramRun.run(line, in: folder)
      #expect(run.status == 0, "\(run)")
      for flag in flags { #expect(run.errors.contains("does not use \(flag): going on without it"), "\(run)") }
    }
    for line in ["plan --iterations 3", "test --solvr x", "test -solver"] {
      let run = try ProgramRun.run(line, in: folder)
      #expect(run.status == 1 && run.errors.contains("has no flag '--"), "\(run)")
    }
  }

  @Test func readmeNamesWhatThereIs() throws {
    let readme = try readText(TestFiles.package + "/README.md")
    let known = try CommandInfo.of(CaffeIncReg.self)
    let scripts = try ["scripts/install.sh", "examples/lenet5/baseline.sh", "examples/cifar10/run.sh"].map {
      try readText(TestFiles.package + "/" + $0)
    }
    let all = (known.subcommands ?? []).flatMap(\.flags)
    for flag in flags(in: readme) {
      #expect(all.contains(flag) || scripts.contains { $0.contains(flag) }, "README names \(flag)")
    }
    // Rows of the table and lines of examples: the command, and the flags behind it.
    let joined = readme.replacing("\\\n", with: " ")
    let lines =
      joined.matches(of: /`([a-z_]+)( [^`]*)?`/).map { (String($0.1), String($0.2 ?? "")) }
      + joined.matches(of: /caffe-increg ([a-z_]+)([^\n`]*)/).map { (String($0.1), String($0.2)) }
    var seen = 0
    for (name, rest) in lines {
      guard let command = known.subcommands?.first(where: { $0.commandName == name }) else { continue }
      seen += 1
      for flag in flags(in: rest) { #expect(command.flags.contains(flag), "README: \(name) \(flag)") }
    }
    #expect(seen >= Self.commands.count)
    for command in Self.commands { #expect(lines.contains { $0.0 == command }, "README leaves out \(command)") }
  }
}

extension CaffeIncReg {
  /// The names of the commands that help lists.
  static var shownNames: [String] {
    commands.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
  }
}
