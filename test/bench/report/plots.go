package main

import (
	"fmt"
	"image/color"
	"os"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Size of a plot; colours that can be told apart by people who do not see all of them, on light and dark paper.
const width, height = 16 * vg.Centimeter, 9 * vg.Centimeter

var colors = []color.Color{
	color.RGBA{R: 0, G: 114, B: 178, A: 255},
	color.RGBA{R: 213, G: 94, B: 0, A: 255},
	color.RGBA{R: 0, G: 158, B: 115, A: 255},
	color.RGBA{R: 204, G: 121, B: 167, A: 255},
}

// line is one series of a plot.
type line struct {
	label  string
	points plotter.XYs
}

// chart is a plot that is still to be drawn.
type chart struct {
	file, title, x, y string
	logX, logY        bool
	lines             []line
}

// draw writes a chart as SVG.
func (c chart) draw(folder string) error {
	p := plot.New()
	p.BackgroundColor = color.White
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = c.title, c.x, c.y
	p.Title.Padding, p.Legend.Top, p.Legend.Left = vg.Points(8), true, true
	p.Legend.XOffs, p.Legend.YOffs, p.Legend.Padding = vg.Points(10), vg.Points(-4), vg.Points(3)
	p.Add(plotter.NewGrid())
	if !c.logY {
		p.Y.Min = 0
	}
	for i, l := range c.lines {
		series, points, err := plotter.NewLinePoints(l.points)
		if err != nil {
			return fmt.Errorf("%s: %w", c.file, err)
		}
		series.Color, series.Width = colors[i%len(colors)], vg.Points(1.5)
		points.Color, points.Shape, points.Radius = colors[i%len(colors)], draw.CircleGlyph{}, vg.Points(3)
		p.Add(series, points)
		p.Legend.Add(l.label, series, points)
	}
	c.scale(p)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return p.Save(width, height, filepath.Join(folder, c.file))
}

// scale sets the axes, with a mark at each point of the first line.
func (c chart) scale(p *plot.Plot) {
	var marks []plot.Tick
	for _, point := range c.lines[0].points {
		marks = append(marks, plot.Tick{Value: point.X, Label: number(point.X)})
	}
	p.X.Tick.Marker = plot.ConstantTicks(marks)
	if c.logX {
		p.X.Scale = plot.LogScale{}
	}
	if c.logY {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
		p.Y.Max *= 3 // room for the legend
		return
	}
	p.Y.Max *= 1.3
	p.Y.Tick.Marker = wholeTicks{}
}

// wholeTicks are the usual marks of an axis, with numbers as the page writes them.
type wholeTicks struct{ plot.DefaultTicks }

// Ticks returns the marks between two values.
func (w wholeTicks) Ticks(least, most float64) []plot.Tick {
	ticks := w.DefaultTicks.Ticks(least, most)
	for i := range ticks {
		if !ticks[i].IsMinor() {
			ticks[i].Label = number(ticks[i].Value)
		}
	}
	return ticks
}

// drawAll draws every chart of which the results hold the lines.
func drawAll(measured results, folder string) error {
	for _, c := range charts(measured) {
		if len(c.lines) == 0 {
			continue
		}
		if err := c.draw(folder); err != nil {
			return err
		}
	}
	return nil
}
