import Engine
import Testing

@Suite struct ElementMaskTests {
  @Test(arguments: [0, 1, 63, 64, 65, 16_384, 40_000])
  func keepsWhatStays(_ count: Int) {
    var numbers = Numbers()
    let values = numbers.floats(count).map { $0 == 0 ? 1 : $0 }
    var mask = ElementMask(count: count)
    #expect(mask.kept == count)
    for index in 0..<count where index % 7 == 3 || (64..<128).contains(index) { mask.set(index, stays: false) }
    for index in 0..<count where index % 14 == 3 { mask.set(index, stays: true) }
    let blob = Blob(shape: [count])
    blob.setPlainData(values)
    mask.apply(to: blob.mutableData)
    let expected = values.indices.map { mask.keeps($0) ? values[$0] : 0 }
    #expect(blob.plainData == expected)
    #expect(mask.kept == values.indices.filter { mask.keeps($0) }.count)
    #expect(ElementMask(nonzeros: blob.data) == mask)
    #expect(ElementMask(count: count, words: mask.words) == mask)
    #expect(ElementMask(count: count, words: mask.words + [0]) == nil)
  }

  @Test func clearsWhatIsNoNumber() {
    let blob = Blob(shape: [2])
    blob.setPlainData([.nan, .infinity])
    var mask = ElementMask(count: 2)
    for index in 0..<2 { mask.set(index, stays: false) }
    mask.apply(to: blob.mutableData)
    #expect(blob.plainData == [0, 0])
    #expect(ElementMask(count: 2, words: [4]) == nil)
  }
}
