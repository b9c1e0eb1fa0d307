import Base
import Testing

@Suite struct RowTilesTests {
  @Test func noTileReachesOverAGroup() {
    let tiles = RowTiles(rows: 70, blocks: 2, height: 32)
    #expect((0..<tiles.count).map(tiles.rows) == [0..<32, 32..<35, 35..<67, 67..<70])
    #expect((0..<70).allSatisfy { tiles.rows(of: tiles.tile(ofRow: $0)).contains($0) })
    let whole = RowTiles(rows: 6, blocks: 3, height: 32)
    #expect((0..<whole.count).map(whole.rows) == [0..<2, 2..<4, 4..<6])
    #expect(RowTiles(rows: 64, blocks: 1, height: 32).count == 2)
  }
}
