namespace PomIsa.Kernels.Tests;

/// <summary>
/// Bits of pairs (x, y) whose power is next to a midpoint of two f32, and how near, relative to the power. Found by search: for the first
/// two groups among 80 million pairs each, y being the f32 nearest to ln M / ln x with a midpoint M; for the others among 60 million.
/// </summary>
internal static class HardPowers
{
    public static readonly (uint X, uint Y)[] Pairs =
    [
        // Results near 1, x near 1.
        (0x3f7fffff, 0xbf7fffff), // 2^-73.0
        (0x3f7ffffb, 0x3dcccccb), // 2^-71.6
        (0x3f800005, 0xbd4cccd1), // 2^-70.2
        (0x3f7ffff6, 0x3d4cccc9), // 2^-69.8
        (0x3f7ffffd, 0xbf7ffffd), // 2^-68.2
        (0x3f8020aa, 0xb7faeba5), // 2^-68.1
        (0x3f80000a, 0xbcccccd5), // 2^-68.1
        (0x3f7fffec, 0x3cccccc5), // 2^-67.8
        (0x3f7ffff1, 0xbeaaaaa4), // 2^-66.6
        (0x3f7fffe7, 0xbe8f5c20), // 2^-66.2
        (0x3f7ffffd, 0xbfd55552), // 2^-66.2
        (0x3f8007c2, 0xbd7d322b), // 2^-66.1
        (0x3f7ffffb, 0xbf7ffffb), // 2^-66.0
        (0x3f8004f5, 0xbdec0c5c), // 2^-66.0
        (0x3f800014, 0xbc4cccdd), // 2^-66.0
        (0x3f7fffeb, 0x3d92491f), // 2^-66.0
        (0x3f7fffd8, 0x3c4cccbd), // 2^-65.9
        (0x3f7fffe1, 0xbd042100), // 2^-65.8
        (0x3f7fe35d, 0xbebe1e52), // 2^-65.6
        (0x3f8019f7, 0x389dd073), // 2^-65.5
        (0x3f7fffcb, 0x3c1a90d8), // 2^-65.1
        (0x3f7fdc97, 0x38674897), // 2^-64.9
        (0x3f800ef6, 0xbab3b57e), // 2^-64.8
        (0x3f7fffe2, 0xbe2aaa9f), // 2^-64.8
        (0x3f7ffffb, 0xbfb3332f), // 2^-64.7
        (0x3f7ffff9, 0xbf7ffff9), // 2^-64.6
        (0x3f7fffdd, 0xbe4cccbc), // 2^-64.6
        (0x3f800015, 0xbd124931), // 2^-64.4
        (0x3f7fffd6, 0xbe5b6da1), // 2^-64.2
        (0x3f7fffd6, 0x3d124919), // 2^-64.1
        (0x3f800028, 0xbbcccced), // 2^-64.0
        (0x3f7fffb0, 0x3bccccad), // 2^-63.9
        (0x3f7fd9e0, 0x3b389a28), // 2^-63.9
        (0x3f7ff24c, 0x39e028b5), // 2^-63.8
        (0x3f7fffc2, 0xbc8420f8), // 2^-63.7
        (0x3f7fffe3, 0x3df72c17), // 2^-63.7
        (0x3f80001f, 0x3c842118), // 2^-63.6
        (0x3f7fffeb, 0xbedb6daa), // 2^-63.6
        (0x3f7ffff9, 0xbfa49244), // 2^-63.6
        (0x3f7ffff7, 0xbf7ffff7), // 2^-63.5
        // Results near 1, x of few digits.
        (0x3b178000, 0x379e603a), // 2^-71.1
        (0x3d710400, 0x3234bbb6), // 2^-66.4
        (0x42246000, 0xb48e1806), // 2^-64.4
        (0x4207ee00, 0xb714319d), // 2^-64.0
        (0x42e89400, 0x348d4af3), // 2^-64.0
        (0x40b33400, 0xb4272bda), // 2^-63.7
        (0x42d8d400, 0xb33f35a8), // 2^-63.5
        (0x400d4800, 0xb6293850), // 2^-63.4
        (0x41bcd800, 0x33ca6fd9), // 2^-63.4
        (0x4119b800, 0xb2624b75), // 2^-63.2
        (0x3fd3a000, 0x39886b24), // 2^-63.2
        (0x3f18f000, 0xb8991bc2), // 2^-62.9
        (0x447c8c00, 0xb2b9070a), // 2^-62.8
        (0x45631400, 0xb179d213), // 2^-62.7
        (0x3d1ff800, 0xb29de38b), // 2^-62.7
        (0x3b8b1000, 0xb6d863a1), // 2^-62.7
        (0x40eb7400, 0xb8610cc2), // 2^-62.7
        (0x3d417800, 0x32fb95ae), // 2^-62.6
        (0x3f42f400, 0xb46aeecd), // 2^-62.5
        (0x3fbdc000, 0x371af2f3), // 2^-62.5
        (0x3ccf0000, 0x378e65ce), // 2^-62.5
        (0x3f24f400, 0xb4da6c09), // 2^-62.4
        (0x3dde1000, 0x32667553), // 2^-62.4
        (0x41973800, 0xb22e3125), // 2^-62.4
        (0x3d190200, 0xb56e7eb2), // 2^-62.2
        (0x3dafa000, 0xb7b55e2f), // 2^-62.1
        (0x460e8600, 0xb6060420), // 2^-62.1
        (0x3eee0000, 0x375aa773), // 2^-62.0
        (0x3d0ef000, 0x3218977c), // 2^-62.0
        (0x3fb1d800, 0x371b12e7), // 2^-62.0
        (0x43fd9800, 0xb1a46540), // 2^-61.8
        (0x43084a00, 0x325059e9), // 2^-61.8
        (0x41e32c00, 0xb6483966), // 2^-61.7
        (0x42059c00, 0xb6cb3732), // 2^-61.7
        (0x417ea000, 0xb6d2af12), // 2^-61.7
        (0x43dd8c00, 0x34088857), // 2^-61.7
        (0x45265400, 0x336338e3), // 2^-61.7
        (0x41a33800, 0xb229c7ef), // 2^-61.6
        (0x41793400, 0xb7847bd6), // 2^-61.5
        (0x42ebd400, 0xb1d6ad52), // 2^-61.5
        // x from 1/8 to 8, |y| up to 10.
        (0x3eeaca78, 0xc0523048), // 2^-48.2
        (0x3ef73996, 0x40ad9e41), // 2^-48.1
        (0x3efbb22a, 0x40ecdc3e), // 2^-47.6
        (0x408b41d1, 0xbef4ecc8), // 2^-47.5
        (0x3e6b144a, 0x3f9684d3), // 2^-47.4
        (0x3f577fbb, 0x406b3928), // 2^-47.3
        (0x3fe271cf, 0xc0b10a6d), // 2^-47.0
        // x near 1, y of few digits.
        (0x3f7fffff, 0x3f000000), // 2^-51.0
        (0x3f801001, 0x39000000), // 2^-50.6
        (0x3f7ff311, 0x42900000), // 2^-50.2
        (0x3f7fffff, 0x3fc00000), // 2^-49.4
        (0x3f7ffffe, 0x3e800000), // 2^-49.4
        (0x3f7ffffe, 0x3f400000), // 2^-49.4
        (0x3f8021fb, 0x43bc0000), // 2^-49.2
        (0x3f7fe002, 0x38800000), // 2^-49.1
        (0x3f800001, 0x3f000000), // 2^-49.0
        (0x3f802004, 0x39a00000), // 2^-48.3
        (0x3f8000ea, 0x442c0000), // 2^-48.2
        (0x3f7ffffc, 0x3e000000), // 2^-48.2
        (0x3f7ffffc, 0x3f600000), // 2^-48.2
        (0x3f7ffffd, 0x3f000000), // 2^-47.8
        (0x3f7ffffc, 0x3f900000), // 2^-47.8
        (0x3f800002, 0x3f400000), // 2^-47.4
        (0x3f800001, 0x3fc00000), // 2^-47.4
        (0x3f800002, 0x3e800000), // 2^-47.4
        (0x3f80295c, 0x3ac00000), // 2^-47.1
        (0x3f7ff61c, 0x3db80000), // 2^-47.1
        (0x3f7ffffc, 0x3ec00000), // 2^-47.1
        (0x3f7ffffc, 0x3f200000), // 2^-47.1
        (0x3f7ffff8, 0x3d800000), // 2^-47.1
        // x near 1, |y| up to 2^30.
        (0x3f800645, 0x3a75048f), // 2^-51.7
        (0x3f7fe5ae, 0x3af31c06), // 2^-50.5
        (0x3f7ffabe, 0x3f86224d), // 2^-50.2
        (0x3f7fe8e8, 0x3984ffe4), // 2^-49.7
        (0x3f7fe02c, 0x47130df6), // 2^-49.3
        (0x3f7ffb34, 0x3d67cf41), // 2^-48.4
        (0x3f7ff40e, 0x3a009305), // 2^-48.2
        (0x3f7ffaf2, 0x40e4b73a), // 2^-47.9
        (0x3f800716, 0x399086f7), // 2^-47.8
        (0x3f8006dd, 0x39953723), // 2^-47.3
        (0x3f80060b, 0x3b6904fc), // 2^-47.2
        // y near multiples of 1/2.
        (0x3fcedc53, 0xc01ffffc), // 2^-49.6
        (0x3f982484, 0xc0000014), // 2^-48.3
        (0x3f939efe, 0xc0200002), // 2^-48.2
        (0x3f8b6a4b, 0xc0600014), // 2^-47.8
        (0x3faaccbd, 0xb5d00000), // 2^-47.6
    ];
}
