package io.jgpt.agent.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvertTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3      | km           | m             | 3000
          3      | 公里         | 米            | 3000
          10     | miles        | kilometres    | 16.09344
          26.2   | mi           | km            | 42.1648128
          5      | km           | miles         | 3.106855961
          6      | feet         | cm            | 182.88
          12     | inches       | foot          | 1
          5      | 英尺         | 厘米          | 152.4
          3      | 尺           | 米            | 1
          2      | 里           | km            | 1
          1      | lb           | kg            | 0.45359237
          3      | 斤           | 千克          | 1.5
          8      | 两           | 克            | 400
          2      | tonnes       | kilograms     | 2000
          100    | °C           | °F            | 212
          98.6   | fahrenheit   | celsius       | 37
          -40    | 华氏度       | 摄氏度        | -40
          0      | celsius      | kelvin        | 273.15
          20     | degrees Celsius | degrees Fahrenheit | 68
          1      | gallon       | litres        | 3.785411784
          3      | cups         | ml            | 709.7647095
          90     | minutes      | hours         | 1.5
          2      | 天           | 小时          | 48
          1      | week         | seconds       | 604800
          36     | km/h         | m/s           | 10
          60     | mph          | km/h          | 96.56064
          1      | acre         | m2            | 4046.8564224
          6      | 亩           | 平方米        | 4000
          1.5    | 公顷         | 亩            | 22.5
          2      | GB           | MB            | 2000
          1      | GiB          | bytes         | 1073741824
          100    | Mbit         | MB            | 12.5
          1      | kWh          | kJ            | 3600
          1,500  | g            | kg            | 1.5
          １２   | cm           | mm            | 120
          1      | atm          | mmHg          | 759.9998917
          1      | KM           | M             | 1000
          0      | km           | m             | 0
          """)
  void usesExactFactors(String amount, String from, String to, String result) {
    assertEquals(result, Contexts.call("convert", amount, from, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3      | km           | kg            | error: km is length, kg is mass
          3      | parrots      | m             | error: no unit parrots
          three  | km           | m             | error: not a number: three
          -      | km           | m             | error: not a number: -
          1,23   | km           | m             | error: not a number: 1,23
          """)
  void refusesWithTheReason(String amount, String from, String to, String error) {
    assertEquals(error, Contexts.call("convert", amount, from, to));
  }
}
