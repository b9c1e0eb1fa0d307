/// What a net loses with each layer made narrower.
enum SensitivitySection {
  static func make(_ data: ReportData) -> Page.Section {
    var section = Page.Section("sensitivity", "Sensitivity")
    guard !data.maps.isEmpty else {
      section.say("No sensitivity: none of the files is a map of it.")
      return section
    }
    for map in data.maps {
      var series: [Series] = []
      for (index, layer) in map.layers.enumerated() {
        series.append(Series(layer.name, x: layer.widths, y: layer.losses, colour: index))
        if let chosen = layer.chosen, let place = layer.widths.firstIndex(of: chosen) {
          series.append(
            Series("\(layer.name), chosen", x: [chosen], y: [layer.losses[place]], form: .raw, colour: index))
        }
      }
      var chart = LineChart(
        "Sensitivity, \(map.label)",
        caption:
          "The \(map.measure) with one layer at a share of its width and all others whole; dots are what was chosen.",
        x: "share of the layer's width that is kept", y: map.measure, series)
      if let threshold = map.threshold { chart.rules = [.init(y: threshold, label: "at most \(threshold.shown)")] }
      section.add(chart)
    }
    return section
  }
}
