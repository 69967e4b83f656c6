package manifest
import ("testing";"gopkg.in/yaml.v3")
func TestDbg(t *testing.T){
 for _, s := range []string{"\n\nid: a\n"} {
  for _, st := range []yaml.Style{yaml.LiteralStyle, yaml.DoubleQuotedStyle} {
  b,err := print(mapping("spec", mapping("text", &yaml.Node{Kind: yaml.ScalarNode, Tag:"!!str", Value:s, Style: st})))
  t.Logf("%v %q %v %v\n", st, b, err, readsAs(b, map[string]any{"spec":map[string]any{"text":s}}))
  }
  t.Log(survivesLiteral(s))
  var n yaml.Node
  n.Encode(map[string]any{"spec":map[string]any{"source": s}})
  t.Logf("%q %v", n.Content[1].Content[1].Value,  n.Content[1].Content[1].Style)
  setStyles(&n)
  b,_ := print(&n)
  t.Logf("%q %v\n", b, n.Content[1].Content[1].Style)
 }
}
