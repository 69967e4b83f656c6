package recording

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
)

// Sizes in pixels.
const (
	cell   = 8.4
	height = 20
	margin = 18
	bar    = 34
)

// Pauses in seconds, after which the next entry appears.
const (
	afterTitle   = 0.9
	afterCommand = 0.8
	perLine      = 0.28
	shortest     = 0.7
	longest      = 4.0
	screenEnd    = 2.0
)

// shown is a line with its place and the time in which it is seen, in seconds.
type shown struct {
	line
	row      int
	from, to float64
}

// SVG draws a transcript.
func SVG(w io.Writer, transcript []Entry) error {
	lines, rows, total := schedule(screens(transcript))
	var svg bytes.Buffer
	width := columns*cell + 2*margin
	tall := bar + float64(rows)*height + margin
	_, _ = fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="A recording of the demo in a terminal">`+"\n", width, tall, width, tall)
	svg.WriteString("<style>\n" + styles)
	for i, l := range lines {
		_, _ = fmt.Fprintf(&svg, ".l%d{animation-name:k%d}@keyframes k%d{0%%{opacity:0}%.3f%%{opacity:1}%s}\n",
			i, i, i, 100*l.from/total, ending(l.to, total))
	}
	_, _ = fmt.Fprintf(&svg, "text{animation-duration:%.2fs}\n</style>\n", total)
	_, _ = fmt.Fprintf(&svg, `<rect class="window" width="%.0f" height="%.0f" rx="10"/>`+"\n", width, tall)
	for i, button := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		_, _ = fmt.Fprintf(&svg, `<circle cx="%d" cy="17" r="6" fill="%s"/>`+"\n", margin+6+i*20, button)
	}
	for i, l := range lines {
		last := ""
		if l.to == total {
			last = " last"
		}
		_, _ = fmt.Fprintf(&svg, `<text class="l%d %s%s" x="%d" y="%d" textLength="%.1f">`, i, l.class, last, margin, bar+14+l.row*height, float64(len([]rune(l.text)))*cell)
		if err := xml.EscapeText(&svg, []byte(l.text)); err != nil {
			return err
		}
		svg.WriteString("</text>\n")
	}
	svg.WriteString("</svg>\n")
	_, err := w.Write(svg.Bytes())
	return err
}

const styles = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6d9e0;white-space:pre;opacity:0;animation-timing-function:step-end;animation-iteration-count:infinite}
.window{fill:#171a21}
.title{fill:#7cc7ff;font-weight:bold}.remark{fill:#8a93a5}.command{fill:#fff;font-weight:bold}.good{fill:#7ee2a0}.warned{fill:#f5cf6b}.refused{fill:#ff8f8f}
@media (prefers-reduced-motion:reduce){text{animation:none}.last{opacity:1}}
`

// ending hides a line when its screen ends; the last screen stays.
func ending(to, total float64) string {
	if to == total {
		return ""
	}
	return fmt.Sprintf("%.3f%%,100%%{opacity:0}", 100*to/total)
}

// schedule says where and when each line is seen, how many rows the tallest screen has, and how long all takes.
func schedule(all []screen) (lines []shown, rows int, total float64) {
	now := 0.0
	for _, screen := range all {
		first, row := len(lines), 0
		for _, step := range screen.steps {
			for _, l := range step {
				if l.text != "" {
					lines = append(lines, shown{line: l, row: row, from: now})
				}
				row++
			}
			now += pause(step)
		}
		now += screenEnd
		for i := first; i < len(lines); i++ {
			lines[i].to = now
		}
		rows = max(rows, row)
	}
	return lines, rows, now
}

func pause(step []line) float64 {
	switch step[0].kind {
	case Title:
		return afterTitle
	case Command:
		return afterCommand
	default:
		return min(max(perLine*float64(len(step)), shortest), longest)
	}
}
