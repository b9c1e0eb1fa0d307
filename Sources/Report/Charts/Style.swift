/// The looks of charts and pages. Six colours (Okabe and Ito's, which colour-blind people can tell apart), then the
/// same with dashes: so they can be told apart in black and white, too.
enum Style {
  /// The classes of the line with this number.
  static func line(_ place: Int) -> String {
    "line c\(place % colours)" + (place < colours ? "" : " d\(place / colours % 4)")
  }
  /// The classes of the area with this number.
  static func fill(_ place: Int) -> String { "f\(place % colours)" }

  private static let colours = 6
  private static let light = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b37400", "#3d8fbf"]
  private static let dark = ["#56b4e9", "#ff8c42", "#2fd3a5", "#e8a3c8", "#e6b800", "#9cc9e8"]

  private static func palette(_ colours: [String]) -> String {
    colours.enumerated().map { ".c\($0){stroke:\($1)}.f\($0){fill:\($1)}" }.joined()
  }

  /// Of charts, on their own and in pages.
  static let charts = """
    .chart{background:#fff;font:12px sans-serif}
    .chart text{fill:#222}.chart .tick{fill:#555;font-size:11px}
    .line{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}.raw{stroke-width:.8;opacity:.4}
    .d1{stroke-dasharray:7 3}.d2{stroke-dasharray:2 2}.d3{stroke-dasharray:8 3 2 3}
    .grid{stroke:#ddd}.axis{stroke:#555}.mark{stroke:#555;stroke-dasharray:3 3}
    .band{fill:#000;opacity:.05}.hollow{fill:none;stroke-width:1.6}
    \(palette(light))
    @media (prefers-color-scheme:dark){.chart{background:#16181c}.chart text{fill:#e4e4e4}.chart .tick{fill:#aaa}
    .grid{stroke:#34383f}.axis{stroke:#999}.mark{stroke:#999}.band{fill:#fff;opacity:.07}
    \(palette(dark))}
    @media print{.chart{background:#fff}.chart text,.chart .tick{fill:#000}.grid{stroke:#ccc}}
    """

  /// Of pages.
  static let page = """
    :root{color-scheme:light dark}
    body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:0 auto;padding:0 1rem 3rem;background:#fff;color:#222}
    h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.2rem;border-bottom:1px solid #ccc;margin-top:2.5rem}
    h3{font-size:1rem;margin:1.2rem 0 .3rem}nav a{display:inline-block;margin-right:1rem}a{color:#0072b2}
    .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr));gap:1rem 2rem}
    figure{margin:1rem 0;min-width:0;break-inside:avoid}figcaption{font-size:.9rem}
    .wide{overflow-x:auto}.wide .chart{display:block;width:100%;min-width:21rem;height:auto}
    table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
    th,td{padding:.2rem .5rem;text-align:left;white-space:nowrap;border-bottom:1px solid #ddd}
    figure table{font-size:.8rem}th{white-space:normal;vertical-align:bottom}
    td.n,th.n{text-align:right}td.n{white-space:normal}td.w{white-space:normal;min-width:11rem;overflow-wrap:anywhere}
    .bar{display:block;height:.3rem;background:#0072b2}
    summary{cursor:pointer;font-size:.9rem}
    pre{overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;background:#f3f3f3;padding:.6rem;font-size:.8rem}
    @media (prefers-color-scheme:dark){body{background:#16181c;color:#e4e4e4}h2,th,td{border-color:#34383f}
    a{color:#56b4e9}.bar{background:#56b4e9}pre{background:#22262c}}
    @media print{body{background:#fff;color:#000;max-width:none}nav{display:none}.wide{overflow:visible}
    th,td{white-space:normal}.bar{background:#666}pre{background:none}}
    """
}
