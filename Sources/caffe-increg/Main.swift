import ArgumentParser
import Base
import Engine
import Glibc

/// The program: reads the command line and runs one command.
@main enum Main {
  static func main() {
    // Files over the limit of their size are errors like others.
    signal(SIGXFSZ, SIG_IGN)
    restartPrepared()
    endOnTermination()
    guard let arguments = ProcessArguments.all else {
      RunLog.writeToStandardError("caffe-increg: it was started without a name and arguments\n")
      exit(EXIT_FAILURE)
    }
    if let place = ProcessArguments.misencoded, place > 0 {
      complain("\(Tool.ofProcess.name): argument \(place) is not UTF-8; rename the file that it is to name".printable())
      exit(EXIT_FAILURE)
    }
    if let asked = DNNLBackend.limitThreads() {
      RunLog.standardError.warning("OpenMP asks for \(asked) threads: going on with \(DNNLBackend.mostThreads)")
    }
    showName(Tool.ofProcess.name)
    exitWith(Array(arguments.dropFirst()))
  }
}
