import Engine
import NetModel
import Pruning

/// What belongs to what in a run: parameters, layers, families and their members.
struct Wiring {
  /// A member of a family whose weights make its groups.
  struct Maker {
    let entry: Int
    let member: Int
  }

  /// Per parameter of the net: the layer that it is the weight of.
  var layerOfParameter: [Int?] = []
  /// Per layer: the families that begin with it.
  var entriesAt: [[Int]] = []
  /// Per layer: the members that lie in it and make groups.
  var makers: [[Maker]] = []
  /// Whether there are groups that are masked element by element.
  var hasElements = false
  /// Per family: the next scores, for the update to take.
  var sums: [GroupSums?] = []
  /// Families that are the blocks of one group convolution, by position.
  var blocks: [[Int]] = []
  /// The net's multiply-adds by the families that have a ratio, where families are channels.
  var work: FamilyWork?
  /// Per family: what is set to zero where groups are hidden. Empty for methods that hide none.
  var hidden: [FamilyGates] = []
  /// The parameters by layer of the net and blob.
  var parameters: [BlobPlace: Int] = [:]

  /// Nothing.
  init() {}

  init(_ net: Net, _ layers: [PrunableLayer], _ families: [PrunedFamily], _ importance: any Importance) {
    layerOfParameter = Array(repeating: nil, count: net.parameters.count)
    for index in layers.indices { layerOfParameter[layers[index].parameter] = index }
    for (index, parameter) in net.parameters.enumerated() {
      parameters[BlobPlace(layer: parameter.layerIndex, blob: parameter.index)] = index
    }
    entriesAt = Array(repeating: [], count: layers.count)
    makers = Array(repeating: [], count: layers.count)
    for (index, family) in families.enumerated() {
      entriesAt[family.layer].append(index)
      for (position, member) in family.groups.members.enumerated() where member.role == .maker {
        if let layer = family.layers[position] { makers[layer].append(Maker(entry: index, member: position)) }
      }
    }
    hasElements = families.contains { $0.groups.members.contains { $0.slices.areElements } }
    blocks = families.map(\.groups).blocks.filter { $0.count > 1 }
    sums = families.map { importance.sums($0.groups) }
  }

  /// Finds where groups are hidden: at the gates of methods that learn them, else where their weights make them.
  ///
  /// - Throws: ``IncRegError/layerField(layer:field:_:)`` where a family has no gates
  mutating func findHidden(_ net: Net, _ families: [PrunedFamily], _ habits: Habits) throws {
    guard habits.hides else { return }
    let gates = habits.gates == nil ? nil : GateFinder(net.description)
    hidden = try families.map { family in
      guard family.ratio > 0 else { return FamilyGates(parts: []) }
      let members = try gates?.members(of: family.groups) ?? family.groups.makers
      return FamilyGates(
        parts: members.compactMap { member in parameters[member.place].map { .init(member: member, parameter: $0) } })
    }
    guard gates != nil else { return }
    for part in hidden.flatMap(\.parts) { net.parameters[part.parameter].blob.staysPlain = true }
  }

  /// Keeps weights in the order of their axes where a method reads them again and again.
  func keepPlain(_ look: Habits.Look, _ families: [PrunedFamily], _ net: Net, _ layers: [PrunableLayer]) {
    for (index, family) in families.enumerated() where family.ratio > 0 {
      guard look == .weights || look == .scores && sums[index]?.takesTiles != true else { continue }
      for (member, layer) in zip(family.groups.members, family.layers) where member.role == .maker {
        if let layer { net.parameters[layers[layer].parameter].blob.staysPlain = true }
      }
    }
  }
}

/// The parameters of a net that is trained, as evidence.
struct NetEvidence: Evidence {
  let net: Net
  let parameters: [BlobPlace: Int]
  /// Mean gradients by parameter; nil where no scoring pass was run.
  var gradients: [[Float]]?
  /// What channels hold; nil where no pass was run for it.
  var channels: ChannelActivity?

  func activity() throws -> ChannelActivity {
    guard let channels else { throw ImportanceError.noActivations }
    return channels
  }

  func withValues(of member: GroupMember, _ body: (FloatView) throws -> Void) throws {
    guard let index = parameters[member.place] else { return }
    try body(net.parameters[index].blob.data)
  }

  func withGradients(of member: GroupMember, _ body: (FloatView) throws -> Void) throws {
    guard let gradients else { throw ImportanceError.noGradients }
    guard let index = parameters[member.place] else { return }
    try gradients[index].withUnsafeBufferPointer { values in
      if let base = values.baseAddress { try body(FloatView(base, count: values.count)) }
    }
  }
}
