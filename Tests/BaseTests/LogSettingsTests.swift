import Testing

@testable import Base

@Suite struct LogSettingsTests {
  private func settings(_ variables: [String: String]) -> LogSettings {
    LogSettings { variables[$0] }
  }

  @Test func toolsOfCaffeLogToStandardError() {
    #expect(settings([:]) == LogSettings())
    #expect(settings(["GLOG_stderrthreshold": "3", "GLOG_v": "2"]) == LogSettings())
    #expect(settings(["GLOG_minloglevel": "1"]).least == 1)
    #expect(settings(["GLOG_log_dir": "d"]).folder == "d")
    #expect(settings(["GLOG_log_dir": "d"]).leastOnStandardError == 0)
    #expect(settings(["GLOG_log_dir": "d", "GLOG_logtostderr": "1", "GLOG_alsologtostderr": "0"]) == LogSettings())
  }

  @Test func filesGetAllWhereStandardErrorDoesNot() {
    var apart = settings(["GLOG_alsologtostderr": "0", "TMPDIR": "t"])
    #expect(apart.folder == "t" && apart.leastOnStandardError == 2)
    apart = settings(["GLOG_alsologtostderr": "false", "GLOG_stderrthreshold": "1", "GLOG_log_dir": "d"])
    #expect(apart.folder == "d" && apart.leastOnStandardError == 1)
  }
}
