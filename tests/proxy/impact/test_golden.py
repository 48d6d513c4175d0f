"""Estimates worked by hand. Each docstring is the working; figures are those of config/.

Constants in all of them: EcoLogits' energy slope 1.16653e-6·e^(−0.0112059·64) = 5.69414e-7 Wh
per token, GPU and billion active; floor 4.05293e-5 Wh per token and GPU; latency without a
published speed 6.78509e-4·active + 3.11931e-4·64 + 0.0194737 s a token; its server 1200 W for 8
GPUs and 64 requests. Host share 0.6, so 1.6 Wh at the rack per Wh of the accelerators.
"""

from __future__ import annotations

import pytest

from tests.support.impact import estimator, exchange


def test_small_open_model_that_was_measured() -> None:
    """Llama 3.1 8B at Scaleway, 100 tokens in, 400 out.

    EcoLogits: 8.03 B on 1 GPU (19.3 GB). GPU 5.69414e-7·8.03 + 4.05293e-5 = 4.51017e-5 Wh.
    Latency 0.0448857 s, server 0.0448857/3600·1200·(1/8)/64 = 2.92225e-5 Wh. Together 7.43242e-5.
    Measured: 0.119 J·1.6/3600 = 5.28889e-5 Wh (it takes the place of the H100 fit).
    Fit B200: e^−3.807·8.03^0.112·8.03^0.709 = 0.122861 J; ·1.6/3600 = 5.46047e-5 Wh.
    Decode: cube root of the three = 5.98744e-5 Wh. Prefill 0.0020·8.03·1.6/3600 = 7.13778e-6 Wh.
    At the rack 400·5.98744e-5 + 100·7.13778e-6 = 0.0246636 Wh; ·PUE 1.44 = 0.0355155 Wh.
    Water on site ·0.014 = 3.45290e-4 mL; of electricity 0.0355155·3.6737 = 0.130473 mL.
    GHG of use 0.0355155·41.44/1000 = 1.47176e-3 g.
    Hardware: 2.92225e-5 Wh of server lasts 0.0448857 s: 0.0448857/(94608000·64)·(5700/8 + 273)
    = 7.30562e-9 kg; per Wh 7.30562e-6 g/7.43242e-5 = 0.0982940 g; ·0.0246636 = 2.42428e-3 g.

    Low of decode, the lowest of the three, is the B200 fit: utilisation ln(1/0.38) = 0.9676,
    error ln(1/0.833) = 0.1827, host ln(1.6/1.1) = 0.3747, root of squares 1.0536:
    5.46047e-5·e^−1.0536 = 1.904e-5. With PUE (ln 1.44/1.16 = 0.2162) in quadrature:
    ln(5.98744e-5/1.904e-5) = 1.1457, root 1.1659: 5.98744e-5·1.44·e^−1.1659 = 2.687e-5 Wh.
    Prefill: root of 0.3747² + 0.2162² = 0.4326: 1.02784e-5·e^−0.4326 = 6.669e-6 Wh.
    Low 400·2.687e-5 + 100·6.669e-6 = 0.01141 Wh.
    High of decode is EcoLogits: ln 2.2 = 0.7885, ln 1.59 = 0.4637, root 0.9147: 1.8552e-4; PUE
    (ln 1.46/1.44 = 0.0138) makes it 2.6718e-4. Prefill: ln 2.5, ln 2.2/1.6, 0.0138: root 0.9702:
    2.712e-5. High 400·2.6718e-4 + 100·2.712e-5 = 0.1096 Wh.
    """
    impact = estimator().estimate(
        exchange("llama-3.1-8b", provider="scaleway", input_tokens=100, output_tokens=400)
    )
    assert (impact.tier, impact.quality, impact.zone) == (1, "A", "FRA")
    assert impact.energy_wh.central == pytest.approx(0.0355155, rel=1e-4)
    assert impact.energy_wh.low == pytest.approx(0.01141, rel=1e-3)
    assert impact.energy_wh.high == pytest.approx(0.1096, rel=1e-3)
    assert impact.water_onsite_ml.central == pytest.approx(3.45290e-4, rel=1e-4)
    assert impact.water_electricity_ml.central == pytest.approx(0.130473, rel=1e-4)
    assert impact.ghg_use_gco2e.central == pytest.approx(1.47176e-3, rel=1e-4)
    assert impact.ghg_hardware_gco2e.central == pytest.approx(2.42428e-3, rel=1e-4)


def test_guessed_mixture_of_experts() -> None:
    """Gemini 2.5 Flash, 1,000 tokens in, 300 out; EcoLogits guesses 44 to 132 B of 440 B.

    Centre of active √(44·132) = 76.2102 B. 440·2·1.2 = 1056 GB on 16 GPUs.
    EcoLogits: 16·(5.69414e-7·76.2102 + 4.05293e-5) = 1.342791e-3 Wh; 68.5 tokens a second:
    server 1/68.5/3600·1200·2/64 = 1.52068e-4; together 1.494859e-3 Wh.
    Fit H100: e^−3.673·76.2102^0.201·440^0.616 = 2.579217 J; ·1.6/3600 = 1.146319e-3 Wh.
    Fit B200: e^−3.807·76.2102^0.112·440^0.709 = 2.701683 J; ·1.6/3600 = 1.200748e-3 Wh.
    Decode: cube root 1.271899e-3. Prefill (mixture) 0.0043·76.2102·1.6/3600 = 1.456462e-4 Wh.
    At the rack 300·1.271899e-3 + 1000·1.456462e-4 = 0.527216 Wh; ·1.09 = 0.574665 Wh.
    Water on site 0.527216·0.999 = 0.526689 mL; of electricity 0.574665·3.1321 = 1.799909 mL.
    GHG of use 0.574665·384.4/1000 = 0.220901 g.
    """
    impact = estimator().estimate(
        exchange("gemini-2.5-flash", provider="google", input_tokens=1000, output_tokens=300)
    )
    assert (impact.tier, impact.quality, impact.zone) == (3, "C", "USA")
    assert impact.energy_wh.central == pytest.approx(0.574665, rel=1e-4)
    assert impact.water_onsite_ml.central == pytest.approx(0.526689, rel=1e-4)
    assert impact.water_electricity_ml.central == pytest.approx(1.799909, rel=1e-4)
    assert impact.ghg_use_gco2e.central == pytest.approx(0.220901, rel=1e-4)


def test_albert_large_with_a_cached_prefix() -> None:
    """Albert's openweight-large is gpt-oss-120b; 1,000 tokens in of which 100 cached, 400 out.

    5.1 B of 117 B active, 4 bits: 117·0.5·1.2 = 70.2 GB on 1 GPU.
    EcoLogits: 5.69414e-7·5.1 + 4.05293e-5 = 4.343329e-5 Wh; latency 0.0428977 s, server
    2.792819e-5; together 7.136148e-5 Wh. Measured 0.268 J·1.6/3600 = 1.191111e-4 Wh.
    Fit B200: e^−3.807·5.1^0.112·117^0.709 = 0.780248 J; ·1.6/3600 = 3.467768e-4 Wh.
    Decode: cube root 1.433800e-4. Prefill 0.0043·5.1·1.6/3600 = 9.746667e-6, cached 14 % of it
    1.364533e-6 Wh. At the rack 400·1.433800e-4 + 900·9.746667e-6 + 100·1.364533e-6
    = 0.0662605 Wh; ·1.2 = 0.0795126 Wh; water on site ·0.3 = 0.0198781 mL; of electricity
    0.0795126·3.6737 = 0.292105 mL; GHG of use 0.0795126·41.44/1000 = 3.295001e-3 g.
    """
    impact = estimator().estimate(
        exchange(
            "openweight-large",
            tool="albert-api",
            provider="albert",
            input_tokens=1000,
            cache_read_tokens=100,
            output_tokens=400,
        )
    )
    assert (impact.tier, impact.quality, impact.zone) == (1, "A", "FRA")
    assert impact.energy_wh.central == pytest.approx(0.0795126, rel=1e-4)
    assert impact.water_onsite_ml.central == pytest.approx(0.0198781, rel=1e-4)
    assert impact.water_electricity_ml.central == pytest.approx(0.292105, rel=1e-4)
    assert impact.ghg_use_gco2e.central == pytest.approx(3.295001e-3, rel=1e-4)


def test_embedding() -> None:
    """Albert's openweight-embeddings is bge-m3, 0.57 B: reading only.

    5,000 tokens·0.0020 J·0.57·1.6/3600 = 2.533333e-3 Wh at the rack; ·1.2 = 3.04e-3 Wh.
    """
    impact = estimator().estimate(
        exchange(
            "openweight-embeddings", provider="albert", operation="embedding", input_tokens=5000
        )
    )
    assert impact.tier == 2
    assert impact.energy_wh.central == pytest.approx(3.04e-3, rel=1e-4)


def test_images_of_an_unknown_service() -> None:
    """Two images: 2·1.28 Wh·1.6 = 4.096 Wh at the rack; ·PUE 1.25 = 5.12 Wh."""
    impact = estimator().estimate(
        exchange("painter", provider="nobody", operation="image", images=2)
    )
    assert impact.zone == "WOR"
    assert impact.energy_wh.central == pytest.approx(5.12, rel=1e-4)


def test_a_minute_of_whisper() -> None:
    """90 s by whisper-1 at OpenAI: 1.5 min·0.5 Wh·1.6 = 1.2 Wh; ·PUE 1.17 = 1.404 Wh."""
    impact = estimator().estimate(exchange("whisper-1", operation="audio", audio_s=90.0))
    assert impact.energy_wh.central == pytest.approx(1.404, rel=1e-4)


def test_unknown_model_of_an_unknown_service() -> None:
    """52 B of 180 B (medians), anywhere; 100 tokens in, 300 out.

    180·2·1.2 = 432 GB on 8 GPUs. EcoLogits: 8·(5.69414e-7·52 + 4.05293e-5) = 5.611104e-4 Wh;
    latency 0.0747198 s, server 0.0747198/3600·1200/64 = 3.891654e-4; together 9.502758e-4 Wh.
    Fits: H100 1.377212 J, B200 1.373477 J; ·1.6/3600 = 6.120944e-4 and 6.104343e-4 Wh.
    Decode: cube root 7.081126e-4. Prefill 0.0043·52·1.6/3600 = 9.937778e-5 Wh.
    At the rack 300·7.081126e-4 + 100·9.937778e-5 = 0.222372 Wh; ·1.25 = 0.277964 Wh.
    """
    impact = estimator().estimate(
        exchange("nobody-knows-it", provider="nobody", input_tokens=100, output_tokens=300)
    )
    assert (impact.tier, impact.quality, impact.zone) == (5, "C", "WOR")
    assert impact.energy_wh.central == pytest.approx(0.277964, rel=1e-4)
    assert 20 < impact.energy_wh.high / impact.energy_wh.low < 300
