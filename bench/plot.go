package bench

import (
	"fmt"
	"image/color"
	"io"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

var (
	subjectColour = color.NRGBA{R: 0x1f, G: 0x5f, B: 0xa8, A: 0xff}
	floorColour   = color.NRGBA{R: 0xb0, G: 0x5a, B: 0x10, A: 0xff}
)

// drawGrowths writes a plot of each growth, two beside each other, as SVG.
func drawGrowths(w io.Writer, list []Grown) error {
	const columns = 2
	rows := (len(list) + columns - 1) / columns
	plots := make([][]*plot.Plot, rows)
	for i := range plots {
		plots[i] = make([]*plot.Plot, columns)
	}
	for i, g := range list {
		p, err := plotOf(g)
		if err != nil {
			return err
		}
		plots[i/columns][i%columns] = p
	}
	canvas := vgsvg.New(24*vg.Centimeter, vg.Length(rows)*8.5*vg.Centimeter)
	surface := draw.New(canvas)
	surface.FillPolygon(color.White, surface.ClipPolygonXY([]vg.Point{
		surface.Min, {X: surface.Max.X, Y: surface.Min.Y}, surface.Max, {X: surface.Min.X, Y: surface.Max.Y},
	}))
	tiles := draw.Tiles{
		Rows: rows, Cols: columns, PadX: 8 * vg.Millimeter, PadY: 8 * vg.Millimeter,
		PadTop: 4 * vg.Millimeter, PadBottom: 4 * vg.Millimeter, PadLeft: 4 * vg.Millimeter, PadRight: 6 * vg.Millimeter,
	}
	for i, row := range plot.Align(plots, tiles, surface) {
		for j, at := range row {
			if p := plots[i][j]; p != nil {
				p.Draw(at)
			}
		}
	}
	_, err := canvas.WriteTo(w)
	return err
}

// plotOf returns the plot of one growth, both of its axes logarithmic.
func plotOf(g Grown) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = g.Growth.Work
	p.X.Label.Text = g.Growth.With
	p.Y.Label.Text = "time"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = marks(prefixed), marks(Time.short)
	p.Add(plotter.NewGrid())
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.XOffs, p.Legend.YOffs = 3*vg.Millimeter, -3*vg.Millimeter
	p.Legend.Padding = vg.Millimeter
	for _, l := range []struct {
		name   string
		costs  []float64
		colour color.Color
		shape  draw.GlyphDrawer
	}{
		{"the toolkit", g.Subject, subjectColour, draw.CircleGlyph{}},
		{"the floor", g.Floor, floorColour, draw.TriangleGlyph{}},
	} {
		if len(l.costs) == 0 {
			continue
		}
		points := make(plotter.XYs, len(l.costs))
		for i, cost := range l.costs {
			points[i] = plotter.XY{X: float64(g.Growth.Sizes[i]), Y: cost}
		}
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return nil, err
		}
		line.Color, line.Width = l.colour, vg.Points(1.5)
		dots.Color, dots.Shape = l.colour, l.shape
		p.Add(line, dots)
		p.Legend.Add(l.name, line, dots)
	}
	// Room above for the legend, and whole decades: a small change looks small.
	p.Y.Min, p.Y.Max = decade(p.Y.Min)/10, decade(p.Y.Max)*100
	return p, nil
}

// prefixed is a number with a prefix of the SI: 100 k.
func prefixed(v float64) string {
	for _, p := range []struct {
		of   float64
		name string
	}{{1e6, " M"}, {1e3, " k"}} {
		if v >= p.of {
			return fmt.Sprintf("%g%s", v/p.of, p.name)
		}
	}
	return fmt.Sprintf("%g", v)
}

// marks are ticks at powers of ten, which a function names.
func marks(name func(float64) string) plot.Ticker {
	return plot.TickerFunc(func(low, high float64) (ticks []plot.Tick) {
		for v := decade(low); v <= high; v *= 10 {
			if v >= low {
				ticks = append(ticks, plot.Tick{Value: v, Label: name(v)})
			}
		}
		return ticks
	})
}

// decade returns the greatest power of ten that v is not below.
func decade(v float64) float64 {
	at := 1.0
	for at*10 <= v {
		at *= 10
	}
	return at
}
